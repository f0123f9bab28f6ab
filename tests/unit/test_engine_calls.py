"""Roles with grants allow what Spark with Iceberg calls: recorded calls against synthesized policies."""

from __future__ import annotations

from typing import Any

import pytest
from engine_calls import phases, refused, requests
from iam_evaluation import policies
from stack_builder import stack

from lakekit.catalog import Column, Database, GovernedTable, IcebergTable
from lakekit.iam import ServiceRole
from nonempty import nonempty

DOMAINS = {"domains": ["sales"]}
ON_ONE_TABLE = (
    "first commit",
    "read of a committed table",
    "append",
    "merge copy-on-write",
    "set properties",
    "merge merge-on-read",
    "delete rows",
    "add column",
    "create branch",
    "branch write (wap.branch)",
    "branch read",
    "fast_forward",
    "drop branch",
    "rewrite_position_delete_files",
    "compaction rewrite_data_files",
    "rewrite_manifests",
    "expire_snapshots",
    "remove_orphan_files (prefix_listing)",
    "metadata tables",
)
ON_NEW_TABLES = ("create table", "create table as select", "large file (multipart)")


def role(scope: Any) -> ServiceRole:
    return ServiceRole(scope, "Job", service="emr-serverless", description="A Spark job runs as it")


def by_table(scope: Any) -> None:
    job = role(scope)
    for database, name in (("curated", "orders"), ("consumption", "daily_revenue")):
        declared = GovernedTable(name, [Column("id", "long")], "A table of the recording")
        table = IcebergTable(scope, name.title().replace("_", ""), database=database, table=declared)
        (table.grant_write if database == "consumption" else table.grant_read)(job)


def by_database(scope: Any) -> None:
    job = role(scope)
    Database.from_name(scope, "Curated", "curated").grant_read(job, **DOMAINS)
    Database.from_name(scope, "Consumption", "consumption").grant_write(job, **DOMAINS)


CASES = [
    *((by_table, phase) for phase in ("read of a table never committed to", *ON_ONE_TABLE)),
    *((by_table, phase) for phase in ("job daily_revenue", "job daily_revenue since")),
    *((by_database, phase) for phase in ("read of a table never committed to", *ON_ONE_TABLE, *ON_NEW_TABLES)),
    *((by_database, phase) for phase in ("job daily_revenue", "glue daily_returns")),
]


@pytest.mark.parametrize(("grant", "phase"), CASES)
def test_a_spark_job_may_make_the_recorded_calls(grant: Any, phase: str) -> None:
    (statements,) = policies(stack(grant)).values()
    calls = nonempty(list(requests(phase)))
    assert refused(statements, iter(calls)) == []


def test_the_phases_are_those_of_the_recording() -> None:
    assert {phase for _, phase in CASES} <= {*phases()}


def test_a_reader_may_not_make_the_calls_of_a_writer() -> None:
    def build(scope: Any) -> None:
        Database.from_name(scope, "Consumption", "consumption").grant_read(role(scope), **DOMAINS)

    (statements,) = policies(stack(build)).values()
    denied = refused(statements, requests("append"))
    assert {one.split()[0] for one in denied} == {"s3:PutObject", "glue:UpdateTable", "kms:GenerateDataKey"}
