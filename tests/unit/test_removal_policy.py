"""Deleting data takes an argument and a tier; deletable resources are marked for the plan gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from stack_builder import stack

from lakekit.catalog import Column, Database, GovernedTable, IcebergTable
from lakekit.errors import ConstructError
from lakekit.storage import DataLake, EncryptionKey, Zone, ZoneReference
from lakekit.testing import resources

MARK = {"disposable": "true"}


def key(s: Any, **asked: Any) -> None:
    EncryptionKey(s, "Key", name="k", description="d", **asked)


def database(s: Any, **asked: Any) -> None:
    Database(s, "Curated", zone=ZoneReference(s, "Zone", "curated"), **asked)


def table(s: Any, **asked: Any) -> None:
    declared = GovernedTable("t", [Column("id", "long")], "One row per test")
    IcebergTable(s, "T", database="curated", table=declared, **asked)


KINDS = [
    (key, "aws_kms_key", "tags"),
    (database, "aws_glue_catalog_database", "tags"),
    (table, "aws_glue_catalog_table", "parameters"),
]


@pytest.mark.parametrize(("make", "kind", "where"), KINDS)
def test_sandbox_allows_destroy_and_dev_on_request(make: Callable[..., None], kind: str, where: str) -> None:
    def marked(tier: str, **asked: Any) -> bool:
        (made,) = resources(stack(lambda s: make(s, **asked), tier=tier), kind).values()
        return MARK.items() <= made.get(where, {}).items()

    assert marked("sandbox")
    assert not marked("sandbox", force_destroy=False)
    assert not marked("dev")
    assert marked("dev", force_destroy=True)
    assert not marked("prod")


@pytest.mark.parametrize("tier", ["staging", "prod"])
@pytest.mark.parametrize(("make", "kind", "where"), KINDS)
def test_force_destroy_is_rejected_above_dev(make: Callable[..., None], kind: str, where: str, tier: str) -> None:
    with pytest.raises(ConstructError, match=f"force_destroy=True is not allowed in tier {tier}"):
        stack(lambda s: make(s, force_destroy=True), tier=tier)


def test_zone_passes_force_destroy_to_database_and_key() -> None:
    lake = {"zones": {"raw": {"force_destroy": True}, "curated": {}}}

    def build(s: Any) -> None:
        Zone(s, "Raw", settings=s.environment.lake.zones["raw"])
        Database(s, "RawTables", zone=ZoneReference(s, "RawZone", "raw"), name="raw")

    template = stack(build, lake=lake)
    assert resources(template, "aws_s3_bucket")["Raw/Data/Bucket"]["force_destroy"] is True
    assert resources(template, "aws_kms_key")["Raw/Key/Key"]["tags"] == MARK
    assert resources(template, "aws_glue_catalog_database")["RawTables/Database"]["tags"] == MARK


def test_shared_key_is_protected_while_any_zone_is() -> None:
    def marked(**zones: Any) -> bool:
        template = stack(lambda s: DataLake(s, "Lake"), lake={"zones": zones})
        (made,) = resources(template, "aws_kms_key").values()
        return made.get("tags") == MARK

    assert marked(raw={"force_destroy": True}, curated={"force_destroy": True})
    assert not marked(raw={"force_destroy": True}, curated={})
