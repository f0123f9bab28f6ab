"""The metadata of the stack that is being evaluated, for rules.

The evaluator sets it before each stack; rules read it with :func:`current`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from lakekit_policies.terraform.stack_metadata import StackMetadata

_current: ContextVar[StackMetadata | None] = ContextVar("lakekit_stack_context", default=None)


def current() -> StackMetadata:
    """The metadata of the stack being evaluated; the strict default outside of an evaluation."""
    return _current.get() or StackMetadata()


@contextmanager
def use_context(metadata: StackMetadata) -> Iterator[StackMetadata]:
    """Make ``metadata`` the current one inside a ``with`` block."""
    token = _current.set(metadata)
    try:
        yield metadata
    finally:
        _current.reset(token)
