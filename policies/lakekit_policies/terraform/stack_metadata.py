"""Metadata that a synthesized stack carries about itself: ``//.metadata.lakekit`` of its ``cdk.tf.json``.

Constructs write it and everything that evaluates a stack reads it, both through :class:`StackMetadata`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Self

from lakekit_policies.boundary import read as boundary_reader
from lakekit_policies.boundary.model import TrustBoundary
from lakekit_policies.errors import LEDGER, GateError
from lakekit_policies.shared.tier_limits import MAX_PLAN_DELETED_FRACTION, MAX_PLAN_DELETES

VERSION: Final = 2
"""Version of the format. Raise it when the meaning of a key changes or a key is added."""
KEY: Final = ("//", "metadata", "lakekit")
"""Where it is in ``cdk.tf.json``."""
TIERS: Final = ("sandbox", "dev", "staging", "prod")
"""From the most to the least relaxed."""


@dataclass(frozen=True, slots=True)
class PlanLimits:
    """How many resources a plan may delete or replace before the deletions have to be acknowledged."""

    max_deletes: int
    """Number of resources."""
    max_deleted_fraction: float
    """Fraction of the stack's resources, 0 to 1."""


LIMITS: Final[Mapping[str, PlanLimits | None]] = {
    "sandbox": None,
    "dev": PlanLimits(max_deletes=25, max_deleted_fraction=0.5),
    "staging": PlanLimits(max_deletes=10, max_deleted_fraction=0.3),
    "prod": PlanLimits(max_deletes=5, max_deleted_fraction=0.2),
}
"""Limits by tier, for an environment without `plan_limits`."""


@dataclass(frozen=True, slots=True)
class StackMetadata:
    """Environment, tier, account, vocabularies, source locations and waivers of one stack.

    The defaults are those of a configuration without metadata (plain HCL, a foreign plan): it is evaluated as
    ``prod``, so that strictness does not depend on a label.
    """

    organization: str = ""
    environment: str = ""
    tier: str = "prod"
    target: str = ""
    """``aws`` or ``local``."""
    stack: str = ""
    """Name of the stack without the environment's."""
    account_id: str = ""
    region: str = ""
    partition: str = "aws"
    provider: str = "aws"
    """``snowflake`` for a stack of Snowflake objects."""
    domain: str = ""
    """Business domain of a team's stack."""
    snowflake_account: str = ""
    """``ORGANIZATION-ACCOUNT``, for a stack of Snowflake objects."""
    edition: str = ""
    """Edition of that Snowflake account."""
    plan_limits: PlanLimits | None = None
    """Limits of the environment; None for those of the tier."""
    fail_on: str = ""
    """Lowest severity that rejects (see ``gate.levels``); empty for that of the tier."""
    vocabularies: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Tag key to its allowed values (``classification``, ``domain``, …)."""
    source_locations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Construct path below the stack ("" for the stack itself) to ``file:line``."""
    waivers: tuple[Mapping[str, Any], ...] = ()
    """Waivers written in code; :mod:`lakekit_policies.waivers.entry` checks their fields."""
    snowflake_policies: tuple[Mapping[str, Any], ...] = ()
    """Masking and row access policies as data, next to their SQL."""
    athena_workgroups: tuple[Mapping[str, Any], ...] = ()
    """Athena workgroups of the environment whose results are not shared: ``name``, ``location`` of the results, and
    ``roles``, the names of the roles that may read them."""
    trust_boundary: TrustBoundary | None = None
    """What the environment trusts in addition to its own account; None if it does not state it."""

    @property
    def is_prod(self) -> bool:
        return self.tier == "prod"

    @property
    def limits(self) -> PlanLimits | None:
        """Effective plan limits: those of the environment, at most the largest of the tier; None for no limit."""
        given, tier = self.plan_limits, self.tier
        if given is None or tier not in MAX_PLAN_DELETES:
            return given or LIMITS[tier]
        return PlanLimits(
            min(given.max_deletes, MAX_PLAN_DELETES[tier]),
            min(given.max_deleted_fraction, MAX_PLAN_DELETED_FRACTION[tier]),
        )

    def at_least(self, tier: str) -> bool:
        """Whether this stack's tier is ``tier`` or a stricter one."""
        return TIERS.index(self.tier) >= TIERS.index(tier)

    def to_dict(self) -> dict[str, Any]:
        """The metadata as JSON; empty values are left out."""
        written: dict[str, Any] = {"version": VERSION}
        for entry in fields(self):
            value = getattr(self, entry.name)
            if value and not (entry.name == "provider" and value == entry.default):
                written[entry.name] = _plain(value)
        return written

    @classmethod
    def from_dict(cls, data: Any, where: str = ".".join(KEY)) -> Self:
        """Read the metadata from JSON.

        Args:
            data: the JSON object; a missing ``version`` counts as the current one.
            where: what the object is, for messages.

        Raises:
            GateError: it is not an object, a key is unknown, a value has the wrong type or is not allowed, or a
                newer version wrote it.
        """
        if not isinstance(data, Mapping):
            raise _error(where, "an object", data)
        version = data.get("version", VERSION)
        if not isinstance(version, int) or isinstance(version, bool):
            raise _error(f"{where}.version", "a number", version)
        if version > VERSION:
            raise GateError(
                "stack_metadata",
                f"{where}: version {version} was written by a newer Lakekit, this one reads up to {VERSION}. "
                "Upgrade Lakekit, or synthesize with this version.",
            )
        known = {entry.name for entry in fields(cls)}
        if unknown := sorted(set(map(str, data)) - known - {"version"}):
            raise GateError(
                "stack_metadata",
                f"{where}: unknown keys {', '.join(unknown)}; known are {', '.join(sorted(known))}. Synthesize again.",
            )
        values: dict[str, Any] = {}
        for name in known & set(data):
            read: Callable[[Any, str], Any] = _READERS.get(name) or _text
            values[name] = read(data[name], f"{where}.{name}")
        return cls(**values)

    @classmethod
    def of(cls, configuration: Mapping[str, Any], where: str = "cdk.tf.json") -> Self:
        """The metadata of a stack's ``cdk.tf.json``; the defaults if it has none.

        Raises:
            GateError: see :meth:`from_dict`.
        """
        found: Any = configuration
        for key in KEY:
            found = found.get(key) if isinstance(found, Mapping) else None
        return cls() if found is None else cls.from_dict(found, f"{where}: {'.'.join(KEY)}")


def _plain(value: Any) -> Any:
    if isinstance(value, PlanLimits):
        return {"max_deletes": value.max_deletes, "max_deleted_fraction": value.max_deleted_fraction}
    if isinstance(value, TrustBoundary):
        return value.to_dict()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _error(where: str, expected: str, given: Any, code: str = "stack_metadata") -> GateError:
    return GateError(code, f"{where}: expected {expected}, got {given!r}. Synthesize again.")


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise _error(where, "a string", value)
    return value


def _tier(value: Any, where: str) -> str:
    if value not in TIERS:
        raise _error(where, f"one of {', '.join(TIERS)}", value)
    return str(value)


def _limits(value: Any, where: str) -> PlanLimits:
    given = value if isinstance(value, Mapping) else {}
    deletes, fraction = given.get("max_deletes"), given.get("max_deleted_fraction")
    if (
        not isinstance(deletes, int)
        or not isinstance(fraction, int | float)
        or isinstance(deletes, bool)
        or isinstance(fraction, bool)
        or deletes < 0
        or not 0 <= fraction <= 1
    ):
        raise _error(where, "max_deletes (a number of resources) and max_deleted_fraction (0 to 1)", value)
    return PlanLimits(deletes, float(fraction))


def _vocabularies(value: Any, where: str) -> Mapping[str, tuple[str, ...]]:
    if not isinstance(value, Mapping):
        raise _error(where, "an object of lists", value)
    return MappingProxyType({str(key): _texts(values, f"{where}.{key}") for key, values in value.items()})


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(item, str) for item in value):
        raise _error(where, "a list of strings", value)
    return tuple(value)


def _locations(value: Any, where: str) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(item, str) for item in value.values()):
        raise _error(where, "an object of strings", value)
    return MappingProxyType(dict(value))


def _objects(code: str) -> Callable[[Any, str], tuple[Mapping[str, Any], ...]]:
    def read(value: Any, where: str) -> tuple[Mapping[str, Any], ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, Mapping) for item in value):
            raise _error(where, "a list of objects", value, code)
        return tuple(value)

    return read


_READERS: Final[Mapping[str, Callable[[Any, str], Any]]] = {
    "tier": _tier,
    "plan_limits": _limits,
    "vocabularies": _vocabularies,
    "source_locations": _locations,
    "waivers": _objects(LEDGER),
    "snowflake_policies": _objects("stack_metadata"),
    "athena_workgroups": _objects("stack_metadata"),
    "trust_boundary": boundary_reader.from_dict,
}
