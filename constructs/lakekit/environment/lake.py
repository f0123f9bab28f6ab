"""The lake's part of an environment file: zones are data."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from .field_types import Days, KebabCaseName, StrictModel


class KeyScope(StrEnum):
    """How many KMS keys a lake has."""

    PER_LAKE = "per-lake"
    PER_ZONE = "per-zone"


class ZoneSettings(StrictModel):
    """One zone of the lake: what it is for and how long its objects live where."""

    description: str = Field(
        default="A zone of the lake", max_length=200, description="What is kept here, one sentence"
    )
    holds_tables: bool = Field(
        default=True,
        description="Iceberg tables live here, so a database is made and live files never expire by lifecycle",
    )
    classification: KebabCaseName = Field(
        default="internal", description="Classification of what is in it unless a table says"
    )
    tiering_after_days: Days | None = Field(
        default=30,
        description="Days until objects move to S3 Intelligent-Tiering (always readable at once); null: never",
    )
    expire_after_days: Days | None = Field(
        default=None, description="Days until objects are deleted; only in zones that hold no tables"
    )
    noncurrent_days: Days | None = Field(
        default=None,
        description="Days an overwritten or deleted version stays recoverable; the tier decides if unset",
    )
    force_destroy: bool | None = Field(
        default=None,
        description="Data may be destroyed with the zone: sandbox and dev only; the tier decides if unset",
    )

    @model_validator(mode="after")
    def _live_files_stay(self) -> Self:
        if self.holds_tables and self.expire_after_days is not None:
            raise ValueError(
                f"expire_after_days {self.expire_after_days} would delete live files of Iceberg tables: "
                "set holds_tables to false, or let the tables' snapshot retention delete what is no longer referenced"
            )
        return self


# Medallion by the names a data engineer says; landing is the only one whose objects have an end.
DEFAULT_ZONES: dict[str, dict[str, Any]] = {
    "landing": {
        "description": "Files as they arrive from outside, until they are loaded",
        "holds_tables": False,
        "expire_after_days": 90,
        "classification": "confidential",
    },
    "raw": {"description": "History as it was received, as Iceberg tables", "classification": "confidential"},
    "curated": {
        "description": "Cleaned, conformed and tested data, one owner per table",
        "classification": "internal",
    },
    "consumption": {"description": "Data products shaped for their readers", "classification": "internal"},
}


class LakeSettings(StrictModel):
    """The zones of the lake."""

    keys: KeyScope = Field(default=KeyScope.PER_LAKE, description="One KMS key for the lake, or one for each zone")
    zones: dict[KebabCaseName, ZoneSettings] = Field(
        default_factory=lambda: {name: ZoneSettings(**zone) for name, zone in DEFAULT_ZONES.items()},
        min_length=1,
        description="Zones by name; the keys of landing, raw, curated and consumption have their own defaults",
    )

    @field_validator("zones", mode="before")
    @classmethod
    def _with_defaults(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {
            name: {**DEFAULT_ZONES.get(name, {}), **(zone or {})} if isinstance(zone, dict | None) else zone
            for name, zone in value.items()
        }
