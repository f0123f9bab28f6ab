"""A collection that a test loops over is not empty: without that, an assertion in the loop cannot fail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def nonempty(items: Iterable[T]) -> list[T]:
    """The items as a list.

    Raises:
        AssertionError: there are none.
    """
    found = list(items)
    assert found, "nothing to check: the collection is empty"
    return found
