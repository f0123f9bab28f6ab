"""Grants by LF-tag that would match a table without all of its columns are rejected at synth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from lakekit.bindings import cdktf
from lakekit.catalog import Column, Database, GovernedTable, IcebergTable
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError
from lakekit.iam import Role, ServiceRole, trust_roles
from lakekit.testing import environment

CUSTOMERS = GovernedTable(
    "customers",
    [Column("id", "long"), Column("email", "string"), Column("phone", "string")],
    "One row per customer",
    column_classifications={"email": "restricted"},
)
Make = Callable[[Any, Database], object]


def stack(*, write: dict[str, list[str]] | None = None) -> TeamStack:
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    role = {"trusted_principals": ["sso"], "write": write or {"zone": ["raw"]}}
    governance = {"administrators": ["deployer"], "domains": ["platform", "sales"], "roles": {"steward": role}}
    return TeamStack(app, environment(governance=governance), "sales", owner="team@acme.example")


def job(scope: Any) -> Role:
    return Role(scope, "Job", trust=[trust_roles(["arn:aws:iam::111111111111:role/x"])], description="A job")


def glue_job(scope: Any) -> Role:
    return ServiceRole(scope, "Job", service="glue", description="A job")


def declare(scope: Any, database: Database, table: GovernedTable = CUSTOMERS) -> None:
    IcebergTable(scope, "Customers", database=database, table=table)


@pytest.mark.parametrize(
    ("write", "columns", "problem"),
    [
        (["internal"], {"email": "restricted"}, "but not its column email (restricted)"),
        (
            ["internal"],
            {"email": "restricted", "phone": "confidential"},
            "but not its columns email (restricted), phone (confidential)",
        ),
        (["internal", "restricted"], {"email": "restricted"}, ""),
        ([], {"email": "restricted"}, ""),
        # The filter does not match the table, so the role does not write it.
        (["restricted"], {"email": "restricted"}, ""),
        (["internal"], {}, ""),
    ],
)
def test_a_role_that_writes_a_table_writes_every_column(
    write: list[str], columns: dict[str, str], problem: str
) -> None:
    made = stack(write={"zone": ["curated"], "classification": write})
    table = replace(CUSTOMERS, column_classifications=columns)
    database = Database(made, "Curated", zone="curated")
    if not problem:
        declare(made, database, table)
        return
    with pytest.raises(ConstructError) as error:
        declare(made, database, table)
    text = str(error.value)
    assert "governance.roles.steward.write.classification has internal, which matches customers (internal)" in text
    assert problem in text
    assert "add " in text
    assert "governance.roles.steward.write.classification in dev.yaml" in text


def test_a_table_of_a_classification_that_the_role_does_not_write_is_a_way_out() -> None:
    made = stack(write={"zone": ["curated"], "classification": ["internal"]})
    columns = {"id": "internal", "phone": "internal"}
    table = replace(CUSTOMERS, classification="restricted", column_classifications=columns)
    declare(made, Database(made, "Curated", zone="curated"), table)


@pytest.mark.parametrize("table_first", [True, False])
@pytest.mark.parametrize(
    ("role", "verb", "arguments", "problem"),
    [
        (job, "write", {"classifications": ["internal"]}, "without its column email (restricted)"),
        (job, "write", {"classifications": ["restricted"]}, "without its columns id (internal), phone (internal)"),
        (job, "write", {"classifications": ["internal", "restricted"]}, ""),
        (job, "write", {"classifications": ["public"]}, ""),
        (job, "write", {"classifications": ["internal"], "domains": ["platform"]}, ""),
        (job, "write", {}, ""),
        (job, "read", {"classifications": ["internal"]}, ""),
        (glue_job, "read", {"classifications": ["internal"]}, "jobs of AWS Glue fail on tables"),
        (glue_job, "read", {}, ""),
        (glue_job, "write", {"classifications": ["internal"]}, "Lake Formation gives ALTER"),
    ],
)
def test_a_grant_on_a_database_covers_every_column(
    table_first: bool, role: Callable[[Any], Role], verb: str, arguments: dict[str, list[str]], problem: str
) -> None:
    made = stack()
    database = Database(made, "Curated", zone="curated")
    if table_first:
        declare(made, database)

    def grant() -> None:
        getattr(database, f"grant_{verb}")(role(made), **arguments)
        if not table_first:
            declare(made, database)

    if not problem:
        grant()
        return
    with pytest.raises(ConstructError) as error:
        grant()
    text = str(error.value)
    assert f"the grant to {verb} to acme-dev-sales-job" in text
    assert problem in text
    assert f"leave out classifications=, add {'restricted' if 'column email' in text else 'internal'}" in text
    assert f"grant_{verb} of single tables" in text


def test_grants_of_another_database_do_not_matter() -> None:
    made = stack()
    Database(made, "Consumption", zone="consumption").grant_write(job(made), classifications=["internal"])
    declare(made, Database(made, "Curated", zone="curated"))
