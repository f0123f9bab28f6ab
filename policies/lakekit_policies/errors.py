"""Errors of the gate: raised whenever it cannot evaluate."""

from __future__ import annotations

from typing import Final

COULD_NOT_EVALUATE: Final = 3
"""Exit code: neither clean (0) nor findings (1); 2 stays the shell's and click's "wrong usage"."""

LEDGER: Final = "ledger"
"""The code of a waiver ledger that cannot be read."""
LEDGER_UNREADABLE: Final = 5
"""Exit code for that: the same as for a ledger with problems."""


class GateError(Exception):
    """The gate could not reach a verdict.

    Attributes:
        code: a short stable code for programs (``broken_json``, ``engine_died``, …).
        message: for people: what was given, what is allowed, how to fix it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    @property
    def ledger(self) -> bool:
        """Whether it is the waiver ledger that cannot be used."""
        return self.code == LEDGER

    @property
    def exit_code(self) -> int:
        return LEDGER_UNREADABLE if self.ledger else COULD_NOT_EVALUATE

    def __reduce__(self) -> tuple[type[GateError], tuple[str, str]]:
        return type(self), (self.code, self.message)
