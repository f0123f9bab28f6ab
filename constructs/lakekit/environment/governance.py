"""The governance part of an environment file: administrators, vocabulary, and who may read what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from pydantic import Field, model_validator

from .field_types import KebabCaseName, RoleNameOrArn, StrictModel


class TagFilter(StrictModel):
    """Which data: every named tag has to match one of its values."""

    zone: tuple[KebabCaseName, ...] = Field(default=(), description="Zones; none named: any")
    domain: tuple[KebabCaseName, ...] = Field(default=(), description="Domains; none named: any")
    classification: tuple[KebabCaseName, ...] = Field(default=(), description="Classifications; none named: any")

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.expression():
            raise ValueError("name at least one zone, domain or classification: all of the lake is not a grant")
        return self

    def expression(self) -> dict[str, tuple[str, ...]]:
        """The LF-tag expression: tag key to the values it may have."""
        pairs = {"classification": self.classification, "domain": self.domain, "zone": self.zone}
        return {key: tuple(sorted(set(values))) for key, values in pairs.items() if values}


class RoleSettings(StrictModel):
    """A functional role of the lake: who may take it, and what it may read and write."""

    description: str = Field(default="A role of the lake", max_length=200, description="Who uses it for what")
    trusted_principals: tuple[RoleNameOrArn, ...] = Field(
        min_length=1,
        description="Roles that may assume it: names of roles of this account, or ARNs; they have to exist",
    )
    read: TagFilter | None = Field(default=None, description="Tables it may select from")
    write: TagFilter | None = Field(default=None, description="Tables it may also insert into, alter and delete from")
    row_filtered: bool = Field(
        default=False,
        description="Sees tables only where a product gives it rows of its own, and of those what `read` covers",
    )

    @model_validator(mode="after")
    def _may_do_something(self) -> Self:
        if self.read is None and self.write is None:
            raise ValueError("a role without read and write may do nothing: name at least one of them")
        if self.row_filtered and (self.write is not None or self.read is None):
            raise ValueError("a role with row_filtered reads and never writes: name read, and leave write out")
        return self


class GovernanceSettings(StrictModel):
    """Vocabulary and access of the lake, compiled to LF-tags and tag-based grants."""

    administrators: tuple[RoleNameOrArn, ...] = Field(
        min_length=1,
        max_length=30,
        description="IAM roles (names or ARNs) that administer Lake Formation; the deploying role is one of them",
    )
    domains: tuple[KebabCaseName, ...] = Field(
        default=("platform",), min_length=1, description="Business domains, values of the LF-tag `domain`"
    )
    classifications: tuple[KebabCaseName, ...] = Field(
        default=("public", "internal", "confidential", "restricted"),
        min_length=1,
        description="Data classifications, from open to secret, values of the LF-tag `classification`",
    )
    roles: dict[KebabCaseName, RoleSettings] = Field(default_factory=dict, description="Functional roles by name")

    def check(self, zones: Iterable[tuple[str, str]]) -> None:
        """Raise ValueError where roles or zones use a word that the vocabulary does not have.

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
