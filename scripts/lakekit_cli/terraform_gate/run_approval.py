"""Ask the `lakekit` command that started the run for approval, through the socket that it listens on."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping

from .approval import NoInputError

APPROVALS_VARIABLE = "LAKEKIT_RUN_APPROVALS"
APPROVED = b"approved"


def asks_run(environ: Mapping[str, str]) -> bool:
    """Whether approvals come from the `lakekit` command: `-auto-approve` of cdktf then does not approve."""
    return bool(environ.get(APPROVALS_VARIABLE))


def request_approval(stack: str, kind: str, environ: Mapping[str, str]) -> bool:
    """Ask for approval of a plan; return True only for an approval.

    Args:
        stack: Name of the stack.
        kind: `apply`, `destroy` or `refresh`.
        environ: Contains the path of the socket.

    Raises:
        NoInputError: The command does not answer.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.connect(environ[APPROVALS_VARIABLE])
            connection.sendall(json.dumps({"stack": stack, "kind": kind}).encode() + b"\n")
            answer = connection.makefile("rb").readline().strip()
        except OSError as error:
            raise NoInputError from error
    if not answer:
        raise NoInputError
    return answer == APPROVED
