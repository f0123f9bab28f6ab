"""The `lake` section of an environment file: zones and keys."""

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
    """One zone of the lake: classification, and lifecycle of its objects."""

    description: str = Field(
        default="A zone of the lake", max_length=200, description="Content of the zone, one sentence"
    )
    holds_tables: bool = Field(
        default=True,
        description="The zone contains Iceberg tables: it gets a database, and current objects never expire",
    )
    classification: KebabCaseName = Field(
        default="internal", description="Classification of its data; tables may have another one"
    )
    tiering_after_days: Days | None = Field(
        default=30,
        description="Days until objects move to S3 Intelligent-Tiering; null: never",
    )
    expire_after_days: Days | None = Field(
        default=None, description="Days until objects are deleted; only in zones without tables"
    )
    noncurrent_days: Days | None = Field(
        default=None,
        description="Days until noncurrent object versions are deleted; set by the tier if unset",
    )
    force_destroy: bool | None = Field(
        default=None,
        description="The zone may be destroyed with its data, in sandbox and dev only; set by the tier if unset",
    )

    @model_validator(mode="after")
    def _live_files_stay(self) -> Self:
        if self.holds_tables and self.expire_after_days is not None:
            raise ValueError(
                f"expire_after_days {self.expire_after_days} would delete live files of Iceberg tables: "
                "set holds_tables to false, or let the tables' snapshot retention delete what is no longer referenced"
            )
        return self


# Medallion architecture; only objects in landing expire.
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
        description="Zones by name; landing, raw, curated and consumption have their own defaults",
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
