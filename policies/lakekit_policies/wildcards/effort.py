"""A limit on the work of set operations on patterns.

The states of several patterns multiply: a policy of the size that AWS accepts can be written so that its analysis takes
hours. The evaluation of a resource has a limit; what it would decide beyond that is unknown, and does not pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PER_RESOURCE: Final = 500_000
"""Steps of automata for one resource by all rules together, about a second. Resources of public modules need 8,000."""
PER_RULE: Final = 2_000_000
"""Steps for a rule on a whole configuration."""


PER_EVALUATION: Final = 20_000_000
"""Steps for all resources of a stack or plan together. A plan of 10,000 resources needs 200,000."""


class TooComplexError(Exception):
    """The analysis takes too many steps; what it would decide is unknown."""


class BudgetExhaustedError(Exception):
    """All analyses of an evaluation together take too many steps; the rest of them is not made."""


EXHAUSTED: Final = f"the patterns of all policies together take more than {PER_EVALUATION:,} steps to compare"

_left: int | None = None
"""Steps that are left; None without a limit."""
_left_in_all: int | None = None
"""Steps that are left to the evaluation; None without a limit."""


def spend(steps: int) -> None:
    """Count steps.

    Raises:
        TooComplexError: The limit is reached; also for every further step under it.
        BudgetExhaustedError: The limit of the evaluation is reached; also for every further step of it.
    """
    global _left, _left_in_all  # noqa: PLW0603
    if _left_in_all is not None:
        _left_in_all -= steps
        if _left_in_all < 0:
            raise BudgetExhaustedError(EXHAUSTED)
    if _left is None:
        return
    _left -= steps
    if _left < 0:
        raise TooComplexError("its patterns take too many steps to compare; write fewer or simpler wildcards")


@contextmanager
def evaluation(steps: int | None = None) -> Iterator[None]:
    """Limit the work of all blocks with a limit of their own in a block.

    Args:
        steps: Number of steps; ``PER_EVALUATION`` by default.
    """
    global _left_in_all  # noqa: PLW0603
    before, _left_in_all = _left_in_all, PER_EVALUATION if steps is None else steps
    try:
        yield
    finally:
        _left_in_all = before


@contextmanager
def limited(steps: int) -> Iterator[None]:
    """Limit the work in a block.

    Args:
        steps: Number of steps.
    """
    global _left  # noqa: PLW0603
    before, _left = _left, steps
    try:
        yield
    finally:
        _left = before
