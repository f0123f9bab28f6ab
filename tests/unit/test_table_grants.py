"""Grants on tables and databases: Lake Formation, catalog, files and key, and nothing else of the zone."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.bindings import cdktf
from lakekit.catalog import Column, Database, GovernedTable, IcebergTable, resolve_database
from lakekit.core.stack import LakehouseStack
from lakekit.core.team_stack import TeamStack
from lakekit.errors import ConstructError
from lakekit.iam import ServiceRole
from lakekit.testing import Template, environment, load, resources
from nonempty import nonempty

ORDERS = GovernedTable("orders", [Column("id", "long")], "One row per order")
BUCKET = "arn:aws:s3:::acme-dev-lake-curated-111111111111-eu-west-1"
GLUE = "arn:aws:glue:eu-west-1:111111111111"
TARGETS = ("database", "table", "table_with_columns", "data_location")
METADATA = f"{BUCKET}/_lakekit/iceberg/acme_dev_curated"


def role(scope: Any, id: str = "Reader") -> ServiceRole:
    return ServiceRole(scope, id, service="glue", description="Reads orders")


def table(scope: Any) -> IcebergTable:
    return IcebergTable(scope, "Orders", database="curated", table=ORDERS)


def granted(template: Template) -> list[dict[str, Any]]:
    return list(resources(template, "aws_lakeformation_permissions").values())


def reference(scope: Any) -> Any:
    return IcebergTable.from_name(scope, "Orders", "orders", database="curated")


@pytest.mark.parametrize("make", [table, reference])
@pytest.mark.parametrize("write", [False, True])
def test_a_table_is_granted_with_everything_an_engine_needs(make: Any, write: bool) -> None:
    def build(s: Any) -> None:
        target = make(s)
        (target.grant_write if write else target.grant_read)(role(s))

    template = stack(build)
    (statements,) = policies(template).values()
    can = {
        action
        for action, resource in [
            ("s3:GetObject", f"{BUCKET}/curated/orders/data/part-0.parquet"),
            ("s3:GetObject", f"{METADATA}/orders/metadata/00000-x.metadata.json"),
            ("s3:PutObject", f"{BUCKET}/curated/orders/data/part-0.parquet"),
            ("s3:DeleteObject", f"{BUCKET}/curated/orders/data/part-0.parquet"),
            ("glue:GetTable", f"{GLUE}:table/acme_dev_curated/orders"),
            ("glue:UpdateTable", f"{GLUE}:table/acme_dev_curated/orders"),
            ("lakeformation:GetDataAccess", "*"),
        ]
        if is_allowed(statements, action, resource)
    }
    reads = {"s3:GetObject", "glue:GetTable", "lakeformation:GetDataAccess"}
    assert can == reads | ({"s3:PutObject", "s3:DeleteObject", "glue:UpdateTable"} if write else set())
    rights = [(sorted(one["permissions"]), next(key for key in one if key in TARGETS)) for one in granted(template)]
    # One resource: the provider reads the permissions of a table and of its columns for either of two.
    on_table = ["ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"] if write else ["DESCRIBE", "SELECT"]
    on_location = [(["DATA_LOCATION_ACCESS"], "data_location")] if write else []
    assert rights == [(["DESCRIBE"], "database"), (on_table, "table_with_columns"), *on_location]
    assert granted(template)[1]["table_with_columns"] == {
        "database_name": "acme_dev_curated",
        "name": "orders",
        "wildcard": True,
    }


@pytest.mark.parametrize("write", [False, True])
def test_a_table_grant_opens_no_other_table(write: bool) -> None:
    def build(s: Any) -> None:
        target = table(s)
        (target.grant_write if write else target.grant_read)(role(s))

    (statements,) = policies(stack(build)).values()
    for action, resource in [
        ("s3:GetObject", f"{BUCKET}/curated/orders2/data/part-0.parquet"),
        ("s3:GetObject", f"{BUCKET}/curated/refunds/data/part-0.parquet"),
        ("s3:GetObject", f"{BUCKET}/other/file"),
        ("s3:GetObject", f"{METADATA}/refunds/metadata/00000-x.metadata.json"),
        ("s3:PutObject", f"{METADATA}/orders/metadata/00000-x.metadata.json"),
        ("glue:GetTable", f"{GLUE}:table/acme_dev_curated/refunds"),
        ("glue:UpdateTable", f"{GLUE}:table/acme_dev_curated/refunds"),
        ("glue:GetDatabase", f"{GLUE}:database/acme_dev_raw"),
    ]:
        assert not is_allowed(statements, action, resource), (action, resource)


@pytest.mark.parametrize("write", [False, True])
def test_a_table_grant_lists_the_tables_of_its_database(write: bool) -> None:
    """Glue asks for all tables of a database; Lake Formation filters what it returns."""

    def build(s: Any) -> None:
        target = table(s)
        (target.grant_write if write else target.grant_read)(role(s))

    (statements,) = policies(stack(build)).values()
    for resource in ("catalog", "database/acme_dev_curated", "table/acme_dev_curated/*"):
        assert is_allowed(statements, "glue:GetTables", f"{GLUE}:{resource}"), resource
    assert not is_allowed(statements, "glue:GetTables", f"{GLUE}:table/acme_dev_raw/*")
    assert not is_allowed(statements, "glue:GetTable", f"{GLUE}:table/acme_dev_curated/refunds")


@pytest.mark.parametrize("write", [False, True])
def test_a_database_grant_stays_in_the_database(write: bool) -> None:
    def build(s: Any) -> None:
        target = Database.from_name(s, "Curated", "curated")
        (target.grant_write if write else target.grant_read)(role(s), domains=["platform"], classifications=["public"])

    template = stack(build)
    (statements,) = policies(template).values()
    assert is_allowed(statements, "s3:GetObject", f"{BUCKET}/curated/orders/data/part-0.parquet")
    assert is_allowed(statements, "s3:PutObject", f"{BUCKET}/curated/orders/data/part-0.parquet") is write
    assert not is_allowed(statements, "s3:GetObject", f"{BUCKET}/curated2/orders/data/part-0.parquet")
    assert not is_allowed(statements, "s3:PutObject", f"{BUCKET}/file")
    databases, tables, *locations = granted(template)
    databases, tables = databases["lf_tag_policy"], tables["lf_tag_policy"]
    assert [one["data_location"]["arn"] for one in locations] == ([f"{BUCKET}/curated"] if write else [])
    assert databases["expression"] == [{"key": "zone", "values": ["curated"]}]
    assert {part["key"]: part["values"] for part in tables["expression"]} == {
        "zone": ["curated"],
        "domain": ["platform"],
        "classification": ["public"],
    }


def test_grants_of_a_stack_are_created_in_sequence() -> None:
    def build(s: Any) -> None:
        orders = table(s)
        orders.grant_read(role(s, "One"))
        orders.grant_write(role(s, "Two"))
        Database.from_name(s, "Raw", "raw").grant_read(role(s, "Three"), domains=["platform"])

    template = stack(build)
    names = list(template["resource"]["aws_lakeformation_permissions"])
    assert len(names) == 7
    for before, after in nonempty(itertools.pairwise(names)):
        waits = template["resource"]["aws_lakeformation_permissions"][after]["depends_on"]
        assert f"aws_lakeformation_permissions.{before}" in waits


def test_the_same_grant_twice_is_one() -> None:
    def build(s: Any) -> None:
        reader, orders = role(s), table(s)
        assert orders.grant_read(reader) is orders.grant_read(reader)

    assert len(granted(stack(build))) == 2


def test_a_role_may_be_named() -> None:
    template = stack(lambda s: table(s).grant_read("spark-runner"))
    assert {one["principal"] for one in granted(template)} == {"arn:aws:iam::111111111111:role/spark-runner"}
    assert list(policies(template)) == ["spark-runner"]


def two_stacks(build: Any) -> tuple[Template, Template]:
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    env = environment()
    platform = LakehouseStack(app, env, "platform")
    team = TeamStack(app, env, "sales", owner="sales@acme.example")
    build(platform, team)
    return load(platform), load(team)


def test_a_grant_stands_in_the_later_stack() -> None:
    platform, team = two_stacks(lambda platform, team: table(platform).grant_read(role(team)))
    assert (len(granted(platform)), len(granted(team))) == (0, 2)
    platform, team = two_stacks(lambda platform, team: table(team).grant_read(role(platform)))
    assert (len(granted(platform)), len(granted(team))) == (0, 2)
    assert [list(policies(one)) for one in (platform, team)] == [[], ["acme-dev-platform-reader"]]


def test_an_unknown_database_is_rejected() -> None:
    for refer in (
        lambda s: Database.from_name(s, "Curated", "crated"),
        lambda s: resolve_database(s, "crated"),
        lambda s: IcebergTable.from_name(s, "Orders", "orders", database="crated"),
    ):
        with pytest.raises(ConstructError, match=r"no database 'crated'; its databases are raw, curated, consumption"):
            stack(refer)
    with pytest.raises(ConstructError, match=r"no database 'landing'"):
        stack(lambda s: Database.from_name(s, "Landing", "landing"))
    with pytest.raises(ConstructError, match="holds no tables"):
        stack(lambda s: Database.from_name(s, "Files", "files", zone="landing"))
    with pytest.raises(ConstructError, match="'Orders' is not a valid name"):
        stack(lambda s: IcebergTable.from_name(s, "Orders", "Orders", database="curated"))


def test_a_database_of_the_app_or_of_another_app_may_be_named() -> None:
    def build(s: Any) -> None:
        Database(s, "Scratch", zone="raw", classification="restricted", domain="platform")
        found = Database.from_name(s, "ScratchAgain", "scratch")
        assert (found.name, found.tags["classification"]) == ("acme_dev_scratch", "restricted")
        assert found.location.endswith("-raw-111111111111-eu-west-1/scratch/")
        assert resolve_database(s, "scratch") is resolve_database(s, "scratch")
        Database.from_name(s, "Elsewhere", "elsewhere", zone="raw")

    stack(build)


def test_domains_have_to_be_given_outside_a_team_stack() -> None:
    with pytest.raises(ConstructError, match="without domains"):
        stack(lambda s: Database.from_name(s, "Raw", "raw").grant_read(role(s)))
    with pytest.raises(ConstructError, match="domain finance: dev has"):
        stack(lambda s: Database.from_name(s, "Raw", "raw").grant_read(role(s), domains=["finance"]))


SSO = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Analyst_0123"


def test_an_arn_with_a_path_stays_whole() -> None:
    template = stack(lambda s: table(s).grant_read(SSO))
    assert {one["principal"] for one in nonempty(granted(template))} == {SSO}
    (policy,) = resources(template, "aws_iam_role_policy").values()
    assert policy["role"] == "AWSReservedSSO_Analyst_0123"


def test_one_role_with_two_arns_is_rejected() -> None:
    def build(s: Any) -> None:
        table(s).grant_read("AWSReservedSSO_Analyst_0123")
        Database.from_name(s, "Raw", "raw").grant_read(SSO)

    with pytest.raises(ConstructError, match="refers to the role AWSReservedSSO_Analyst_0123 as"):
        stack(build)
