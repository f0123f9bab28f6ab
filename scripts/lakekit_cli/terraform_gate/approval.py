"""Ask for approval with Terraform's exact text: cdktf-cli recognizes the question and relays the answer."""

from __future__ import annotations

import os
import sys

from .process import write_all

# terraform/internal/backend/local/backend_apply.go, 1.11. The question names a non-default workspace.
_QUESTIONS = {
    "apply": (
        "Do you want to perform these actions{workspace}?",
        "  Terraform will perform the actions described above.",
        "  Only 'yes' will be accepted to approve.",
    ),
    "destroy": (
        "Do you really want to destroy all resources{workspace}?",
        "  Terraform will destroy all your managed infrastructure, as shown above.",
        "  There is no undo. Only 'yes' will be accepted to confirm.",
    ),
    "refresh": (
        "Would you like to update the Terraform state to reflect these detected changes?",
        "  Terraform will write these changes to the state without modifying any real infrastructure.",
        "  There is no undo. Only 'yes' will be accepted to confirm.",
    ),
}


class NoInputError(Exception):
    """Standard input has ended before an answer."""


def ask_approval(kind: str, workspace: str, *, color: bool) -> bool:
    """Ask for approval; return True only for the answer `yes`.

    Args:
        kind: `apply`, `destroy` or `refresh`.
        workspace: Terraform workspace.
        color: Whether to use terminal escape sequences.

    Raises:
        NoInputError: Standard input has ended.
    """
    bold, reset = ("\x1b[1m", "\x1b[0m") if color else ("", "")
    named = "" if workspace == "default" else f' in workspace "{workspace}"'
    question, *rest = _QUESTIONS[kind]
    lines = ["", f"{bold}{question.format(workspace=named)}{reset}", *rest, "", f"  {bold}Enter a value:{reset} "]
    discard_typed_input(sys.stdin.fileno())
    write_all(sys.stdout.fileno(), "\n".join(lines).encode())
    answer = _line(sys.stdin.fileno())
    write_all(sys.stdout.fileno(), b"\n")
    if answer is None:
        raise NoInputError
    return answer.strip() == "yes"


def discard_typed_input(descriptor: int) -> None:
    """Discard what was typed on a terminal before the question: it is no answer to what is shown only now."""
    if os.isatty(descriptor):
        import termios

        termios.tcflush(descriptor, termios.TCIFLUSH)


def _line(descriptor: int) -> str | None:
    """Read one line unbuffered, so that the rest of the input stays available to others."""
    read = bytearray()
    while not read.endswith(b"\n"):
        try:
            byte = os.read(descriptor, 1)
        except OSError:
            byte = b""
        if not byte:
            return read.decode(errors="replace") if read else None
        read += byte
    return read.decode(errors="replace")
