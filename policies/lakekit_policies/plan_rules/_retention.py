"""When data is deleted: lifecycle rules of S3, settings of Kafka brokers, snapshots of Iceberg tables."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.plan_rules._unknown_arguments import any_unknown
from lakekit_policies.shared.java_properties import load_properties
from lakekit_policies.terraform.plan_changes import Change, value_at

_DECIDING: Final = (
    *("status", "enabled", "prefix", "filter", "tags"),
    *("expiration", "noncurrent_version_expiration"),
)
"""Arguments of a lifecycle rule that decide what it deletes."""
FOREVER: Final = math.inf
_KAFKA_DEFAULT_HOURS: Final = 168
"""https://kafka.apache.org/documentation/#brokerconfigs_log.retention.hours"""


@dataclass(frozen=True, slots=True)
class Expiration:
    """When a lifecycle rule deletes objects.

    Attributes:
        prefix: start of their keys.
        tags: tags that they have.
        sizes: smallest and largest size.
        kind: current or noncurrent versions.
        days: age in days.
        kept: newer noncurrent versions that are kept at least.
    """

    prefix: str
    tags: frozenset[tuple[str, str]]
    sizes: tuple[int, float]
    kind: str
    days: float
    kept: int = 0

    def covers(self, other: Expiration) -> bool:
        """Whether every object of another expiration is deleted by this one, as early or earlier."""
        return (
            self.kind == other.kind
            and other.prefix.startswith(self.prefix)
            and self.tags <= other.tags
            and self.sizes[0] <= other.sizes[0]
            and self.sizes[1] >= other.sizes[1]
            and self.days <= other.days
            and self.kept <= other.kept
        )

    @property
    def description(self) -> str:
        """What is deleted when."""
        what = f"{self.kind} versions" + (f" under {self.prefix}" if self.prefix else "")
        tagged = "".join(f" tagged {key}={value}" for key, value in sorted(self.tags))
        kept = f", except for {self.kept}" if self.kept else ""
        when = "at a date" if self.days < 0 else f"after {self.days:g} days"
        return f"{what}{tagged} are deleted {when}{kept}"


def expirations(values: Mapping[str, Any], without: Collection[int] = ()) -> list[Expiration]:
    """The expirations of a lifecycle configuration, or of the lifecycle rules inside a bucket.

    Args:
        values: values of the resource.
        without: positions of rules that are left out.
    """
    rules = _blocks(values.get("rule") or values.get("lifecycle_rule"))
    known = [rule for position, rule in enumerate(rules) if position not in without]
    return [found for rule in known if _is_enabled(rule) for found in _of_rule(rule)]


def open_rules(change: Change) -> set[int]:
    """Positions of lifecycle rules of which only apply shows what they delete."""
    later = change.after_unknown.get("rule") or change.after_unknown.get("lifecycle_rule")
    rules = later if isinstance(later, list) else []
    return {
        position
        for position, rule in enumerate(rules)
        if isinstance(rule, Mapping) and any(any_unknown(rule.get(name)) for name in _DECIDING)
    }


def _is_enabled(rule: Mapping[str, Any]) -> bool:
    return rule.get("status") == "Enabled" or rule.get("enabled") is True


def _of_rule(rule: Mapping[str, Any]) -> Iterator[Expiration]:
    scope = _scope(rule)
    for block in _blocks(rule.get("expiration")):
        # A date is compared as earlier than any age.
        days = -1 if block.get("date") else block.get("days") or 0
        if days:
            yield Expiration(*scope, "current", float(days))
    for block in _blocks(rule.get("noncurrent_version_expiration")):
        days = block.get("noncurrent_days") or block.get("days") or 0
        if days:
            yield Expiration(*scope, "noncurrent", float(days), int(block.get("newer_noncurrent_versions") or 0))


def _scope(rule: Mapping[str, Any]) -> tuple[str, frozenset[tuple[str, str]], tuple[int, float]]:
    filters = _blocks(rule.get("filter"))
    places = [rule, *filters, *(part for found in filters for part in _blocks(found.get("and")))]
    prefix = next((str(place["prefix"]) for place in places if place.get("prefix")), "")
    tags = {
        (str(key), str(value))
        for place in places
        for key, value in [
            *_mapping(place.get("tags")).items(),
            *((tag.get("key"), tag.get("value")) for tag in _blocks(place.get("tag"))),
        ]
    }
    smallest = max((int(place.get("object_size_greater_than") or 0) for place in places), default=0)
    largest = min((float(place.get("object_size_less_than") or FOREVER) for place in places), default=FOREVER)
    return prefix, frozenset(tags), (smallest, largest)


def kafka_retention(values: Mapping[str, Any]) -> dict[str, float]:
    """Retention of topics without settings of their own, by setting; the time in hours.

    Raises:
        ValueError: the properties cannot be read.
    """
    stated = load_properties(str(values.get("server_properties") or ""))

    def number(name: str, default: float) -> float:
        value = float(stated[name]) if name in stated else default
        return FOREVER if value < 0 else value

    units = (("log.retention.ms", 3_600_000), ("log.retention.minutes", 60), ("log.retention.hours", 1))
    time = next((number(name, 0) / unit for name, unit in units if name in stated), float(_KAFKA_DEFAULT_HOURS))
    return {
        "log.retention (hours)": time,
        "log.retention.bytes": number("log.retention.bytes", -1),
        # Records of compacted topics are kept without end.
        "log.cleanup.policy (hours)": FOREVER if stated.get("log.cleanup.policy", "delete") == "compact" else time,
    }


def snapshot_retention(values: Mapping[str, Any]) -> dict[str, float]:
    """Days of retention of an Iceberg table's optimizers, by setting; without an optimizer nothing is deleted."""
    configuration = "configuration.retention_configuration.iceberg_configuration"
    orphans = "configuration.orphan_file_deletion_configuration.iceberg_configuration"
    paths = {
        f"{configuration}.snapshot_retention_period_in_days": "snapshot_retention_period_in_days",
        f"{configuration}.number_of_snapshots_to_retain": "number_of_snapshots_to_retain",
        f"{orphans}.orphan_file_retention_period_in_days": "orphan_file_retention_period_in_days",
    }
    if value_at(values, "configuration.enabled") is False:
        return dict.fromkeys(paths.values(), FOREVER)
    return {name: float(found) for path, name in paths.items() if (found := value_at(values, path)) is not None}


def _blocks(value: Any) -> list[Mapping[str, Any]]:
    return [block for block in value or () if isinstance(block, Mapping)] if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
