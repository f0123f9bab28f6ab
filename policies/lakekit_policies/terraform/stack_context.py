"""Which stack is being judged: what every rule may ask about its surroundings.

The engine sets the context before each stack, from the ``lakekit`` entry that our stacks write into
``["//"]["metadata"]`` of their ``cdk.tf.json``. Rules read it with :func:`current`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final

TIERS: Final = ("sandbox", "dev", "staging", "prod")
"""From the most to the least relaxed."""


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """How much a plan may delete or replace before somebody has to say so."""

    deletes: int
    """A number of resources."""
    share: float
    """A share of the resources that the stack has, 0 to 1."""


LIMITS: Final[Mapping[str, PlanLimits | None]] = {
    "sandbox": None,
    "dev": PlanLimits(deletes=25, share=0.5),
    "staging": PlanLimits(deletes=10, share=0.3),
    "prod": PlanLimits(deletes=5, share=0.2),
}
"""By tier, where the environment states none (`plan_limits`)."""


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
    domain: str = ""
    """The business domain of a team's stack, whose data products it makes."""
    edition: str = ""
    """Edition of the Snowflake account, where the stack is on one."""
    plan_limits: PlanLimits | None = None
    """What the environment says about :class:`PlanLimits`, if anything."""
    vocabularies: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Tag key to the values it may take (``classification``, ``domain``, …)."""

    @property
    def is_prod(self) -> bool:
        return self.tier == "prod"

    @property
    def limits(self) -> PlanLimits | None:
        """The limits that count here; None where nothing is limited."""
        return self.plan_limits or LIMITS[self.tier]

    def at_least(self, tier: str) -> bool:
        """Whether this stack's tier is ``tier`` or a stricter one."""
        return TIERS.index(self.tier) >= TIERS.index(tier)

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Any]) -> StackContext:
        """Context from a ``lakekit`` metadata entry; an unknown tier counts as ``prod``."""
        known: dict[str, Any] = {
            entry.name: metadata[entry.name] for entry in fields(cls) if isinstance(metadata.get(entry.name), str)
        }
        if known.get("tier") not in TIERS:
            known["tier"] = "prod"
        return cls(
            **known,
            plan_limits=_limits(metadata.get("plan_limits")),
            vocabularies=_vocabularies(metadata.get("vocabularies")),
        )


def _limits(stated: Any) -> PlanLimits | None:
    """Limits as they are stated; what is no limit counts as none stated, and the tier decides."""
    if not isinstance(stated, Mapping):
        return None
    deletes, share = stated.get("deletes"), stated.get("share")
    if not isinstance(deletes, int) or not isinstance(share, int | float) or deletes < 0 or not 0 <= share <= 1:
        return None
    return PlanLimits(deletes, float(share))


def _vocabularies(stated: Any) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(stated, Mapping):
        return MappingProxyType({})
    return MappingProxyType(
        {str(key): tuple(map(str, values)) for key, values in stated.items() if isinstance(values, list)}
    )


_current: ContextVar[StackContext | None] = ContextVar("lakekit_stack_context", default=None)


def current() -> StackContext:
    """The context of the stack being judged; outside of a judgement, the strict default."""
    return _current.get() or StackContext()


@contextmanager
def use_context(context: StackContext) -> Iterator[StackContext]:
    """Make ``context`` the current one for the length of a ``with`` block."""
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)
