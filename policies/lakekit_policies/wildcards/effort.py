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


class TooComplexError(Exception):
    """The analysis takes too many steps; what it would decide is unknown."""


_left: int | None = None
"""Steps that are left; None without a limit."""


def spend(steps: int) -> None:
    """Count steps.

    Raises:
        TooComplexError: The limit is reached; also for every further step under it.
    """
    global _left  # noqa: PLW0603
    if _left is None:
        return
    _left -= steps
    if _left < 0:
        raise TooComplexError("its patterns take too many steps to compare; write fewer or simpler wildcards")


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
