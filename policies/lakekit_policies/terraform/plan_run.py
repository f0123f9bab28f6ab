"""How a plan was made: what the command line knows and the plan does not state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class PlanRun:
    """The run that has made a plan."""

    options: tuple[str, ...] = ()
    """Options that make the plan partial or take it from another state, such as `-target=aws_sqs_queue.orders`."""
    recently_removed: int = 0
    """Resources of the stack that partial applies have deleted or replaced within 24 hours."""

    def to_dict(self) -> dict[str, Any]:
        return {"options": list(self.options), "recently_removed": self.recently_removed}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        return cls(tuple(str(option) for option in data["options"]), int(data["recently_removed"]))


_current: ContextVar[PlanRun | None] = ContextVar("lakekit_plan_run", default=None)


def current() -> PlanRun | None:
    """The run of the plan being evaluated; None if it is not known, as for a plan from a file."""
    return _current.get()


@contextmanager
def use_run(run: PlanRun | None) -> Iterator[None]:
    """Make ``run`` the current one inside a ``with`` block."""
    token = _current.set(run)
    try:
        yield
    finally:
        _current.reset(token)
