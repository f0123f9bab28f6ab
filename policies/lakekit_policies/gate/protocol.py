"""Protocol between the gate and its worker: one JSON object per line, over pipes."""

from __future__ import annotations

import json
import os
import selectors
import time
from collections.abc import Mapping
from typing import Any, Final

from lakekit_policies.errors import GateError

VERSION: Final = 5
"""Raise it when a message changes."""

_CHUNK: Final = 1 << 16


def encode(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> dict[str, Any]:
    """One message.

    Raises:
        GateError: the line is not a JSON object.
    """
    try:
        message = json.loads(line)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise GateError("engine_message", f"the rule engine sent an invalid message: {line[:200]!r}")
    return message


class Reader:
    """Read messages from a pipe, with a deadline."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._selector = selectors.DefaultSelector()  # select() alone fails above 1,024 open files
        self._selector.register(descriptor, selectors.EVENT_READ)
        self._pending = bytearray()

    def close(self) -> None:
        self._selector.close()

    def read(self, seconds: float) -> dict[str, Any] | None:
        """The next message; None at the end of the stream.

        Raises:
            TimeoutError: no message within the deadline.
            GateError: the input is not a message.
        """
        deadline = time.monotonic() + seconds
        while (end := self._pending.find(b"\n")) < 0:
            left = deadline - time.monotonic()
            if left <= 0 or not self._selector.select(left):
                raise TimeoutError
            chunk = os.read(self._descriptor, _CHUNK)
            if not chunk:
                if self._pending:
                    raise GateError("engine_message", "the rule engine stopped in the middle of a message")
                return None
            self._pending += chunk
        line = bytes(self._pending[:end])
        del self._pending[: end + 1]
        return decode(line)
