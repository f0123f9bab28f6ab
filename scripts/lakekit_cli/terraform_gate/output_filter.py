"""Replace what users should not see in a stream of Terraform, line by line, while it is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from lakekit_cli.state.lock_message import ESCAPES, without_hint
from lakekit_policies.shared.safe_text import clean_json_line, clean_styled, without_style

KEPT: Final = "(The state that Terraform printed is kept as errored state.)"
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
        keep_state: Called at the end with the text of each printed state, which Terraform prints when it can write it
            nowhere else; returns whether it has kept it. One that is not kept is shown.
        is_json: Whether the stream consists of JSON lines, as with `-json` (Terraform, "Machine-Readable UI").
        styled: Whether colours are shown.
        removes_style: Whether Terraform prints colours that are not shown.
    """

    def __init__(
        self,
        stack: str,
        keep_state: Callable[[str], bool],
        *,
        is_json: bool = False,
        styled: bool = True,
        removes_style: bool = False,
    ) -> None:
        self._clean = without_style if removes_style else partial(clean_styled, styled=styled)
        self._stack = stack
        self._keep_state = keep_state
        self._is_json = is_json
        self._rest = b""
        self._seen: list[str] = []
        self._held: list[str] = []
        self._states: list[tuple[str, str]] = []
        """Printed states, and what is shown of those that are not kept."""

    def feed(self, data: bytes) -> bytes:
        """Return what is to be shown for this part of the stream; a line that is not complete is held back."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return "".join(self._line(f"{line.decode(errors='surrogateescape')}\n") for line in lines).encode()

    def end(self) -> bytes:
        """Return what is to be shown at the end of the stream."""
        text = self._line(self._rest.decode(errors="surrogateescape")) if self._rest else ""
        self._rest = b""
        text += self._release()
        for state, shown in self._states:
            kept = json.dumps({"@level": "info", "@message": KEPT}) if self._is_json else KEPT
            text += f"{kept}\n" if self._keep_state(state) else shown
        return text.encode()

    def _line(self, line: str) -> str:
        if self._is_json and (message := _message(line)) is not None:
            return self._json_line(line, message)
        self._seen.append(line)
        if not self._held:
            if line == "{\n" or _HINT_STARTS.match(ESCAPES.sub("", line)):
                self._held = [line]
                return self._release() if _HINT_ENDS in line else ""
            return self._clean(line)
        self._held.append(line)
        return self._release() if self._is_complete(line) else ""

    def _is_complete(self, line: str) -> bool:
        """Whether the held lines are a whole hint or state, or neither of them."""
        if self._held[0] != "{\n":
            return _HINT_ENDS in line or len(self._held) > _HINT_LINES
        return line == "}\n" or not _STATE_VERSION.fullmatch(self._held[1])

    def _release(self) -> str:
        held, count, self._held = "".join(self._held), len(self._held), []
        if not held:
            return ""
        if _is_state(held):
            self._states.append((held, self._clean(held)))
            return ""
        if held.startswith("{"):
            return self._clean(held)
        # The holder of a lock is named by others.
        return self._clean(without_hint(held, self._stack, before="".join(self._seen[:-count])))

    def _json_line(self, line: str, message: dict[str, Any]) -> str:
        state, diagnostic = message.get("state"), message.get("diagnostic")
        if isinstance(state, dict) and _is_state(text := json.dumps(state, indent=2)):
            self._states.append((text, clean_json_line(line)))
            return ""
        if isinstance(diagnostic, dict) and isinstance(detail := diagnostic.get("detail"), str):
            shown = without_hint(detail, self._stack, before=f"Error: {diagnostic.get('summary')}\n")
            if shown != detail:
                diagnostic["detail"] = shown
                return json.dumps(message, separators=(",", ":")) + "\n"
        return clean_json_line(line)


def _message(line: str) -> dict[str, Any] | None:
    """A message of `-json`; None for another line."""
    try:
        message = json.loads(line) if line.startswith("{") else None
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


def _is_state(text: str) -> bool:
    try:
        document = json.loads(text)
        return document["version"] == 4 and "lineage" in document and "serial" in document
    except (ValueError, KeyError, TypeError, RecursionError):
        return False
