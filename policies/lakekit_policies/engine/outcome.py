"""What checks have found in a document."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class FailedCheck:
    """A check that failed on a resource."""

    rule_id: str
    address: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Undetermined:
    """A check whose result depends on a value that is not known yet."""

    rule_id: str
    address: str
    attributes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crash:
    """A check that raised an exception on a resource, or gave no result."""

    rule_id: str
    address: str
    """Empty for a graph check, which evaluates the whole configuration."""
    cause: str
    is_exhausted: bool = False
    """Whether the steps of the analysis were used up."""


Found: TypeAlias = FailedCheck | Undetermined | Crash | None
"""What a check has found on a resource; None if it passes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    addresses: frozenset[str]
    """Every resource and data source that was evaluated."""
    failed_checks: list[FailedCheck] = field(default_factory=list)
    undetermined: list[Undetermined] = field(default_factory=list)
    crashed: list[Crash] = field(default_factory=list)
    evaluated: dict[str, list[str]] = field(default_factory=dict)
    """Rule id to the addresses it has passed or failed."""

    def add(self, rule_id: str, address: str, found: Found) -> None:
        """Add the result of a check on a resource."""
        if found is None:
            self.evaluated.setdefault(rule_id, []).append(address)
        elif isinstance(found, FailedCheck):
            self.evaluated.setdefault(rule_id, []).append(address)
            self.failed_checks.append(found)
        elif isinstance(found, Undetermined):
            self.undetermined.append(found)
        else:
            self.crashed.append(found)
