"""The `governance` section of an environment file: administrators, domains, classifications and roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Self

from pydantic import Field, model_validator

from lakekit_policies.shared.classifications import CLASSIFICATIONS

from .field_types import KebabCaseName, RoleNameOrArn, StrictModel


class TagFilter(StrictModel):
    """A filter on LF-tags: every tag in it has to match one of its values."""

    zone: tuple[KebabCaseName, ...] = Field(default=(), description="Zones; all if unset")
    domain: tuple[KebabCaseName, ...] = Field(default=(), description="Domains; all if unset")
    classification: tuple[KebabCaseName, ...] = Field(default=(), description="Classifications; all if unset")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.expression():
            raise ValueError(
                "name at least one zone, domain or classification: a grant on the whole lake is not allowed"
            )
        return self

    def expression(self) -> dict[str, tuple[str, ...]]:
        """Return the LF-tag expression: the allowed values by tag key."""
        pairs = {"classification": self.classification, "domain": self.domain, "zone": self.zone}
        return {key: tuple(sorted(set(values))) for key, values in pairs.items() if values}

    def matches(self, tags: Mapping[str, str]) -> bool:
        """Return whether each key of the filter has one of its values among the tags zone, domain, classification."""
        return all(tags.get(key) in values for key, values in self.expression().items())


class RoleSettings(StrictModel):
    """A data role: the principals that may assume it, and the data that it may read and write."""

    description: str = Field(default="A role of the lake", max_length=200, description="Description of the role")
    trusted_principals: tuple[RoleNameOrArn, ...] = Field(
        min_length=1,
        description="Existing roles that may assume it: names of roles of this account, or ARNs",
    )
    read: TagFilter | None = Field(default=None, description="Tables that the role may read")
    write: TagFilter | None = Field(
        default=None,
        description="Tables that the role may also insert into, alter and delete from, if all of their columns match",
    )
    row_filtered: bool = Field(
        default=False,
        description="Access only to tables with a row filter for this role, within `read`",
    )

    @model_validator(mode="after")
    def _has_permissions(self) -> Self:
        if self.read is None and self.write is None:
            raise ValueError("a role needs read or write")
        if self.row_filtered and (self.write is not None or self.read is None):
            raise ValueError("a role with row_filtered needs read and must not have write")
        return self

    @property
    def reading(self) -> tuple[TagFilter, ...]:
        """Filters under which the role reads values: its write filter includes reading, as in Lake Formation."""
        return tuple(one for one in (self.read, self.write) if one is not None)


class GovernanceSettings(StrictModel):
    """Domains, classifications and roles of the lake, from which LF-tags and grants are created."""

    administrators: tuple[RoleNameOrArn, ...] = Field(
        min_length=1,
        max_length=30,
        description="IAM roles (names or ARNs) that administer Lake Formation, including the deploying role",
    )
    domains: tuple[KebabCaseName, ...] = Field(
        default=("platform",), min_length=1, description="Business domains, values of the LF-tag `domain`"
    )
    classifications: tuple[KebabCaseName, ...] = Field(
        default=CLASSIFICATIONS,
        min_length=1,
        description="Data classifications, from public to most confidential, values of the LF-tag `classification`",
    )
    roles: dict[KebabCaseName, RoleSettings] = Field(default_factory=dict, description="Data roles by name")

    def check(self, zones: Iterable[tuple[str, str]]) -> None:
        """Raise ValueError for roles or zones with an unknown zone, domain or classification.

        Args:
            zones: name and classification of every zone.
        """
        zones = tuple(zones)
        known = {
            "zone": tuple(name for name, _ in zones),
            "domain": self.domains,
            "classification": self.classifications,
        }
        for zone, classification in zones:
            _known(f"lake.zones.{zone}.classification", (classification,), self.classifications)
        for role, settings in self.roles.items():
            for verb, filters in (("read", settings.read), ("write", settings.write)):
                for key, values in (filters.expression() if filters else {}).items():
                    _known(f"governance.roles.{role}.{verb}.{key}", values, known[key])


def _known(where: str, values: Iterable[str], allowed: tuple[str, ...]) -> None:
    for value in values:
        if value not in allowed:
            raise ValueError(f"{where}: {value} is not one of {', '.join(allowed)}")
