"""The trust boundary of the configuration that is being evaluated, for rules.

The evaluator sets it before each stack or plan; rules read it with :func:`current_boundary`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from lakekit_policies.boundary.model import TrustBoundary

_current: ContextVar[TrustBoundary | None] = ContextVar("lakekit_trust_boundary", default=None)


def current_boundary() -> TrustBoundary:
    """The boundary of the configuration being evaluated; outside of an evaluation one that knows nothing."""
    return _current.get() or TrustBoundary()


@contextmanager
def use_boundary(boundary: TrustBoundary) -> Iterator[TrustBoundary]:
    """Make ``boundary`` the current one inside a ``with`` block."""
    token = _current.set(boundary)
    try:
        yield boundary
    finally:
        _current.reset(token)
