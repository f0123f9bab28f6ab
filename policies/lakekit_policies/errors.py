"""What the gate raises when it cannot judge. It never guesses "clean"."""

from __future__ import annotations

from typing import Final

COULD_NOT_JUDGE: Final = 3
"""Exit code: neither clean (0) nor findings (1); 2 stays the shell's and click's "wrong usage"."""


class GateError(Exception):
    """The gate could not reach a verdict.

    Attributes:
        code: a short stable word for programs (``broken_json``, ``engine_died``, …).
        message: what was given, what is wrong with it, and what to do, for people.
    """

    exit_code: Final = COULD_NOT_JUDGE

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[type[GateError], tuple[str, str]]:
        return type(self), (self.code, self.message)
