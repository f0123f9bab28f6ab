"""Which stack is being judged: what every rule may ask about its surroundings.

The engine sets the context before each stack, from the ``lakekit`` entry that our stacks write into
``["//"]["metadata"]`` of their ``cdk.tf.json``. Rules read it with :func:`current`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from typing import Any, Final

TIERS: Final = ("sandbox", "dev", "staging", "prod")
"""From the most to the least relaxed."""


@dataclass(frozen=True, slots=True)
class StackContext:
    """The surroundings of the resources being judged.

    A configuration that says nothing about itself (plain HCL, a foreign plan) is judged as ``prod``:
    strictness must not depend on a label being present.
    """

    organization: str = ""
    environment: str = ""
    tier: str = "prod"
    stack: str = ""
    account_id: str = ""
    region: str = ""
    partition: str = "aws"
    provider: str = "aws"
    edition: str = ""
    """Edition of the Snowflake account, where the stack is on one."""

    @property
    def is_prod(self) -> bool:
        return self.tier == "prod"

    def at_least(self, tier: str) -> bool:
        """Whether this stack's tier is ``tier`` or a stricter one."""
        return TIERS.index(self.tier) >= TIERS.index(tier)

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any]) -> StackContext:
        """Context from a ``lakekit`` metadata entry; an unknown tier counts as ``prod``."""
        known = {field.name: metadata[field.name] for field in fields(cls) if isinstance(metadata.get(field.name), str)}
        if known.get("tier") not in TIERS:
            known["tier"] = "prod"
        return cls(**known)


_current: ContextVar[StackContext | None] = ContextVar("lakekit_stack_context", default=None)


def current() -> StackContext:
    """The context of the stack being judged; outside of a judgement, the strict default."""
    return _current.get() or StackContext()


@contextmanager
def judging(context: StackContext) -> Iterator[StackContext]:
    """Make ``context`` the current one for the length of a ``with`` block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
