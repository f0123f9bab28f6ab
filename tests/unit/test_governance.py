"""Governance: closed by default, opened by tags, in grants that survive a second plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from stack_builder import stack

from lakekit.catalog import Column, GovernedTable, IcebergTable, TableOptimizerRole
from lakekit.environment import RoleSettings
from lakekit.errors import ConstructError
from lakekit.governance import (
    CellFilter,
    DataRole,
    LakeFormationSettings,
    LakeLocations,
    LakeTags,
    TagGrant,
    data_role_arn,
)
from lakekit.iam import Role, statement
from lakekit.testing import Template, resources
from nonempty import nonempty

READER = RoleSettings.model_validate(
    {"trusted_principals": ["sso-analyst"], "read": {"zone": ["consumption"], "classification": ["internal", "public"]}}
)


def test_administrators_are_explicit_and_nothing_is_open() -> None:
    template = stack(
        lambda s: LakeFormationSettings(s, "LakeFormation"),
        governance={"administrators": ["deployer", "arn:aws:iam::111111111111:role/boss"], "domains": ["sales"]},
    )
    (settings,) = resources(template, "aws_lakeformation_data_lake_settings").values()
    assert settings["admins"] == [
        "arn:aws:iam::111111111111:role/deployer",
        "arn:aws:iam::111111111111:role/boss",
    ]
    # Plans read all tables.
    assert settings["read_only_admins"] == ["arn:aws:iam::111111111111:role/lakehouse-planner"]
    assert not any(key.endswith("default_permissions") for key in nonempty(settings))


def test_planner_is_an_administrator_once() -> None:
    governance = {"administrators": ["deployer", "lakehouse-planner"], "domains": ["sales"]}
    template = stack(lambda s: LakeFormationSettings(s, "LakeFormation"), governance=governance)
    (settings,) = resources(template, "aws_lakeformation_data_lake_settings").values()
    assert settings.get("read_only_admins", []) == []


def test_zones_of_tables_are_registered_with_a_role_of_their_own() -> None:
    template = stack(lambda s: LakeLocations(s, "Locations"))
    locations = resources(template, "aws_lakeformation_resource")
    assert {location["arn"].split(":::")[1] for location in locations.values()} == {
        f"acme-dev-lake-{zone}-111111111111-eu-west-1" for zone in ("raw", "curated", "consumption")
    }
    for location in locations.values():
        assert location["use_service_linked_role"] is False
        assert location["hybrid_access_enabled"] is False
    (role,) = resources(template, "aws_iam_role").values()
    trust = json.loads(role["assume_role_policy"])["Statement"][0]
    assert trust["Principal"] == {"Service": ["lakeformation.amazonaws.com", "glue.amazonaws.com"]}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "111111111111"}}


def test_the_vocabulary_is_the_environments() -> None:
    tags = {
        tag["key"]: tag["values"]
        for tag in resources(stack(lambda s: LakeTags(s, "Tags")), "aws_lakeformation_lf_tag").values()
    }
    assert tags == {
        "zone": ["consumption", "curated", "landing", "raw"],
        "domain": ["platform", "sales"],
        "classification": ["confidential", "internal", "public", "restricted"],
    }


def test_a_reader_reads_by_tags_and_has_no_bucket() -> None:
    template = stack(lambda s: DataRole(s, "Analyst", settings=READER))
    (role,) = resources(template, "aws_iam_role").values()
    trust = json.loads(role["assume_role_policy"])["Statement"][0]
    assert trust["Principal"] == {"AWS": "arn:aws:iam::111111111111:role/sso-analyst"}
    assert trust["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "111111111111"}}
    (policy,) = resources(template, "aws_iam_role_policy").values()
    assert "s3:" not in policy["policy"]
    granted = {
        g["lf_tag_policy"]["resource_type"]: g for g in resources(template, "aws_lakeformation_permissions").values()
    }
    assert granted["TABLE"]["permissions"] == ["DESCRIBE", "SELECT"]
    assert granted["DATABASE"]["permissions"] == ["DESCRIBE"]
    assert granted["TABLE"]["lf_tag_policy"]["expression"] == [
        {"key": "classification", "values": ["internal", "public"]},
        {"key": "zone", "values": ["consumption"]},
    ]


def test_grants_are_serialized() -> None:
    template = stack(lambda s: DataRole(s, "Analyst", settings=READER))
    granted = resources(template, "aws_lakeformation_permissions")
    first, second = granted["Analyst/ReadDatabases/Grant"], granted["Analyst/ReadTables/Grant"]
    assert "depends_on" not in first
    assert second["depends_on"] == [f"aws_lakeformation_permissions.{first['//']['metadata']['uniqueId']}"]


@pytest.mark.parametrize("permissions", [["ALL"], ["select", "super"], []])
def test_all_and_super_are_never_granted(permissions: list[str]) -> None:
    with pytest.raises(ConstructError, match="name each permission"):
        stack(
            lambda s: TagGrant(
                s, "Grant", principal="arn:r", kind="TABLE", expression={"zone": ["raw"]}, permissions=permissions
            )
        )


def test_a_grant_on_the_whole_lake_is_refused() -> None:
    with pytest.raises(ConstructError, match="whole lake"):
        stack(lambda s: TagGrant(s, "Grant", principal="arn:r", kind="TABLE", expression={}, permissions=["SELECT"]))


def filtered(grant: bool = False, **arguments: Any) -> Template:
    def build(s: Any) -> None:
        table = IcebergTable(
            s,
            "Orders",
            database="curated",
            table=GovernedTable(
                "orders",
                [Column("id", "long"), Column("email", "string")],
                "One row per order",
            ),
        )
        made = CellFilter(s, "EuOnly", table=table, **arguments)
        if grant:
            made.grant_select("arn:aws:iam::111111111111:role/analyst")

    return stack(build)


def test_rows_and_columns_are_filtered_and_granted() -> None:
    template = filtered(grant=True, rows="id > 0", exclude_columns=["email"])
    (made,) = resources(template, "aws_lakeformation_data_cells_filter").values()
    (data,) = made["table_data"]
    assert data["name"] == "eu_only"
    assert data["row_filter"] == [{"filter_expression": "id > 0"}]
    assert data["column_wildcard"] == [{"excluded_column_names": ["email"]}]
    (granted,) = resources(template, "aws_lakeformation_permissions").values()
    assert granted["data_cells_filter"]["name"] == "eu_only"
    assert granted["permissions"] == ["SELECT"]


def test_columns_alone_show_all_rows() -> None:
    (made,) = resources(filtered(columns=["id"]), "aws_lakeformation_data_cells_filter").values()
    assert made["table_data"][0]["column_names"] == ["id"]
    assert made["table_data"][0]["row_filter"] == [{"all_rows_wildcard": [{}]}]


ROLES = {
    "eu-analyst": {
        "trusted_principals": ["sso"],
        "row_filtered": True,
        "read": {"zone": ["curated"], "classification": ["public", "internal"]},
    },
    "auditor": {"trusted_principals": ["sso"], "row_filtered": True, "read": {"zone": ["raw"]}},
    "analyst": {"trusted_principals": ["sso"], "read": {"zone": ["curated"]}},
}
ORDERS = GovernedTable(
    "orders",
    [Column("id", "long"), Column("email", "string"), Column("phone", "string")],
    "One row per order",
    column_classifications={"email": "restricted", "phone": "confidential"},
    row_filters={"eu-analyst": "id > 0", "auditor": "id > 1"},
)


def filtered_by_role(**arguments: Any) -> dict[str, Any]:
    def build(s: Any) -> None:
        table = IcebergTable(s, "Orders", database="curated", table=ORDERS)
        CellFilter(s, "Rows", table=table, **arguments)

    template = stack(build, governance={"administrators": ["deployer"], "roles": ROLES})
    (made,) = resources(template, "aws_lakeformation_data_cells_filter").values()
    return dict(made["table_data"][0])


def test_a_filter_is_granted_to_its_role_by_default() -> None:
    def build(s: Any) -> None:
        table = IcebergTable(s, "Orders", database="curated", table=ORDERS)
        filter = CellFilter(s, "Rows", table=table, role="eu-analyst")
        assert filter.grant_select() is filter.grant_select("eu-analyst")
        filter.grant_select("spark-runner")
        with pytest.raises(ConstructError, match="has no role to grant to"):
            CellFilter(s, "Columns", table=table, columns=["id"]).grant_select()

    template = stack(build, governance={"administrators": ["deployer"], "roles": ROLES})
    granted = resources(template, "aws_lakeformation_permissions").values()
    assert {one["principal"].rpartition("/")[2] for one in granted} == {"acme-dev-eu-analyst", "spark-runner"}


def test_a_filter_takes_rows_and_columns_from_the_declaration() -> None:
    data = filtered_by_role(role="eu-analyst")
    assert data["row_filter"] == [{"filter_expression": "id > 0"}]
    assert data["column_wildcard"] == [{"excluded_column_names": ["email", "phone"]}]
    data = filtered_by_role(role="eu-analyst", rows="id > 5", exclude_columns=["email"])
    assert data["row_filter"] == [{"filter_expression": "id > 5"}]
    assert data["column_wildcard"] == [{"excluded_column_names": ["email"]}]


@pytest.mark.parametrize(
    ("role", "problem"),
    [
        ("nobody", "declares no role 'nobody'; it has eu-analyst, auditor, analyst"),
        ("analyst", "declares no row filter for 'analyst'; it declares filters for: eu-analyst, auditor"),
        ("auditor", "role 'auditor' may read no column of orders"),
    ],
)
def test_a_filter_for_a_role_without_access_is_rejected(role: str, problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        filtered_by_role(role=role)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "filters nothing"),
        ({"columns": ["id"], "exclude_columns": ["email"]}, "both given"),
        ({"columns": ["nope"]}, "nope: not a column of orders"),
    ],
)
def test_invalid_filter_is_rejected(arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        filtered(**arguments)


def test_a_role_that_is_not_declared_has_no_arn() -> None:
    with pytest.raises(ConstructError, match="declares no role 'analyst'"):
        stack(lambda s: data_role_arn(s, "analyst"))


def test_the_optimizer_writes_what_it_keeps_and_nothing_else() -> None:
    template = stack(lambda s: TableOptimizerRole(s, "Optimizer"))
    (policy,) = resources(template, "aws_iam_role_policy").values()
    statements = json.loads(policy["policy"])["Statement"]
    assert "landing" not in policy["policy"]
    assert "curated" in policy["policy"]
    commit = next(s for s in statements if s["Sid"] == "WriteCatalog")
    assert "arn:aws:glue:eu-west-1:111111111111:table/acme_dev_*/*" in commit["Resource"]


def declared(predicate: str) -> Template:
    table = replace(ORDERS, row_filters={"eu-analyst": predicate})
    return stack(
        lambda s: IcebergTable(s, "Orders", database="curated", table=table),
        governance={"administrators": ["deployer"], "roles": ROLES},
    )


@pytest.mark.parametrize(
    ("predicate", "problem"),
    [
        ("", "is not a predicate"),
        ("id > 0; DROP TABLE x", "is not a predicate"),
        ("id > 0 -- all", "is not a predicate"),
        ("id IN (SELECT id FROM other)", "is not a predicate"),
        ("id = 'open", "is not a predicate"),
        ("(id = 1", "is not a predicate"),
        ("region = 'EU'", "names region: not a column"),
        ("id > 0 AND contry = 'DE'", "names contry: not a column"),
        ("TRUE", "use none of its columns"),
        ("'id' = 'id'", "use none of its columns"),
    ],
)
def test_a_row_filter_is_a_condition_on_columns(predicate: str, problem: str) -> None:
    with pytest.raises(ConstructError, match=problem):
        filtered(rows=predicate)
    with pytest.raises(ConstructError, match=problem):
        declared(predicate)


@pytest.mark.parametrize(
    "predicate",
    [
        "id BETWEEN 1 AND 5 OR email LIKE '%@acme.example'",
        "LOWER(email) IN ('it''s') AND id IS NOT NULL",
        "CASE WHEN id > 1e3 THEN TRUE ELSE CAST(id AS varchar) = '1' END",
        "\"id\" = 1 AND email.domain = 'x'",
    ],
)
def test_conditions_of_sql_are_row_filters(predicate: str) -> None:
    assert filtered(rows=predicate)


def role_with_sessions_of(hours: int) -> Template:
    trust = statement("Assume", ["sts:AssumeRole"], [], principals={"Service": "glue.amazonaws.com"})
    return stack(lambda s: Role(s, "Job", trust=[trust], description="A job", max_session_hours=hours))


@pytest.mark.parametrize("hours", [1, 12])
def test_sessions_last_from_one_hour_to_twelve(hours: int) -> None:
    (role,) = resources(role_with_sessions_of(hours), "aws_iam_role").values()
    assert role["max_session_duration"] == hours * 3600


@pytest.mark.parametrize("hours", [0, 13])
def test_other_session_durations_are_rejected(hours: int) -> None:
    with pytest.raises(ConstructError, match=f"max_session_hours {hours} is not between 1 and 12"):
        role_with_sessions_of(hours)
