"""Policy documents of a plan with dynamic statements whose number only apply shows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[frozenset[tuple[str, str]]] = ContextVar("lakekit_undecided_documents", default=frozenset())


@contextmanager
def use_undecided(found: Collection[tuple[str, str]]) -> Iterator[None]:
    """Evaluate a plan with these documents, by address and attribute."""
    token = _current.set(frozenset(found))
    try:
        yield
    finally:
        _current.reset(token)


def is_undecided(address: str, attribute: str) -> bool:
    """Whether the number of statements of a document is not known."""
    return (address, attribute) in _current.get()
