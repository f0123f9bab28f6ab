"""Replace what users should not see in a stream of Terraform, line by line, while it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from lakekit_cli.state.lock_message import ESCAPES, without_hint
from lakekit_policies.shared.safe_text import clean_styled

KEPT: Final = "(The state that Terraform printed here is kept as errored state.)"
"""Shown in place of a state that Terraform has printed."""

_HINT_STARTS: Final = re.compile(r"\W*Terraform acquires a state lock")
_HINT_ENDS: Final = "recommended."
_HINT_LINES: Final = 40
"""Lines of a hint at most; it has nine at a width of 40 characters."""
_STATE_VERSION: Final = re.compile(r'\s*"version": 4,\s*')


class OutputFilter:
    """Standard output or standard error of Terraform without its hint to disable locking and without printed states.

    Args:
        stack: Name of the stack.
        keep_state: Keeps the text of a state that Terraform prints when it can write it nowhere else; returns whether
            it has kept it. The text of one that is not kept is shown.
    """

    def __init__(self, stack: str, keep_state: Callable[[str], bool]) -> None:
        self._stack = stack
        self._keep_state = keep_state
        self._rest = b""
        self._seen: list[str] = []
        self._held: list[str] = []

    def feed(self, data: bytes) -> bytes:
        """Return what is to be shown for this part of the stream; a line that is not complete is held back."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return b"".join(self._line(f"{line.decode(errors='surrogateescape')}\n") for line in lines)

    def end(self) -> bytes:
        """Return what is to be shown at the end of the stream."""
        shown, self._rest = self._line(self._rest.decode(errors="surrogateescape")) if self._rest else b"", b""
        return shown + self._release()

    def _line(self, line: str) -> bytes:
        if line.startswith('{"'):
            return self._json_line(line).encode(errors="surrogateescape")
        self._seen.append(line)
        if not self._held:
            if line == "{\n" or _HINT_STARTS.match(ESCAPES.sub("", line)):
                self._held = [line]
                return self._release() if _HINT_ENDS in line else b""
            return _encoded(line)
        self._held.append(line)
        return self._release() if self._is_complete(line) else b""

    def _is_complete(self, line: str) -> bool:
        """Whether the held lines are a whole hint or state, or neither of them."""
        if self._held[0] != "{\n":
            return _HINT_ENDS in line or len(self._held) > _HINT_LINES
        return line == "}\n" or not _STATE_VERSION.fullmatch(self._held[1])

    def _release(self) -> bytes:
        held, self._held = "".join(self._held), []
        if held.startswith("{"):
            return _encoded(f"{KEPT}\n" if _is_state(held) and self._keep_state(held) else held)
        before = "".join(self._seen)
        before = before[: len(before) - len(held)]
        return _encoded(without_hint(before + held, self._stack)[len(before) :]) if held else b""

    def _json_line(self, line: str) -> str:
        """Return a message of `-json` (Terraform, "Machine-Readable UI") without a hint and without a state."""
        if "Terraform acquires a state lock" not in line and '"state":' not in line:
            return line
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return line
        state = message.get("state")
        if isinstance(state, dict) and _is_state(text := json.dumps(state, indent=2)):
            if not self._keep_state(text):
                return line
            message["@message"] = KEPT
            del message["state"]
        diagnostic = message.get("diagnostic")
        if isinstance(diagnostic, dict):
            diagnostic["detail"] = self._detail(diagnostic)
        return json.dumps(message, separators=(",", ":")) + "\n"

    def _detail(self, diagnostic: dict[str, Any]) -> Any:
        detail, summary = diagnostic.get("detail"), f"{diagnostic.get('summary')}\n"
        return without_hint(summary + detail, self._stack)[len(summary) :] if isinstance(detail, str) else detail


def _is_state(text: str) -> bool:
    try:
        document = json.loads(text)
        return document["version"] == 4 and "lineage" in document and "serial" in document
    except (ValueError, KeyError, TypeError, RecursionError):
        return False


def _encoded(text: str) -> bytes:
    # The holder of a lock, and names in errors, are written by others.
    return clean_styled(text).encode()
