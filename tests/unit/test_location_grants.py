"""Every role that may change tables holds DATA_LOCATION_ACCESS at their location: else no engine can commit.

Lake Formation refuses `glue:UpdateTable` of a principal without it, although it holds ALTER and INSERT (Iceberg,
`TestLakeFormationMetadataOperations`; Lake Formation developer guide, "Underlying data access control").
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stack_builder import stack

from lakekit.catalog import Column, Database, GovernedTable, IcebergTable, TableOptimizerRole
from lakekit.environment import RoleSettings
from lakekit.governance import DataRole, LakeLocations
from lakekit.processing import FlinkApplication, GlueCrawler, GlueRuntime, SparkJob, SparkServerless
from lakekit.streaming import FirehoseToIceberg, KafkaCluster, MskConnector
from lakekit.testing import Template, resources
from nonempty import nonempty

CHANGES = {"ALTER", "CREATE_TABLE", "DELETE", "INSERT"}
LAKE = "arn:aws:s3:::acme-dev-lake-{}-111111111111-eu-west-1"
ORDERS = GovernedTable("orders", [Column("id", "long")], "One row per order")


def writers(template: Template) -> set[str]:
    grants = resources(template, "aws_lakeformation_permissions").values()
    return {one["principal"] for one in grants if CHANGES & {*one["permissions"]}}


def locations(template: Template) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for one in resources(template, "aws_lakeformation_permissions").values():
        if "data_location" in one and one["permissions"] == ["DATA_LOCATION_ACCESS"]:
            found.setdefault(one["principal"], set()).add(one["data_location"]["arn"])
    return found


def orders(scope: Any) -> IcebergTable:
    return IcebergTable(scope, "Orders", database="curated", table=ORDERS)


def code(folder: Path) -> Path:
    file = folder / "job.py"
    file.write_text("print()\n")
    return file


def job(scope: Any, folder: Path) -> None:
    runtime = SparkServerless.from_name(scope, "Spark", "main")
    orders(scope).grant_write(SparkJob(scope, "Job", entry_point=code(folder), runtime=runtime))


def glue_job(scope: Any, folder: Path) -> None:
    made = SparkJob(scope, "Job", entry_point=code(folder), runtime=GlueRuntime())
    Database.from_name(scope, "Curated", "curated").grant_write(made, domains=["sales"])


def firehose(scope: Any, _folder: Path) -> None:
    topic = KafkaCluster.from_name(scope, "Kafka", "main").topic("orders")
    FirehoseToIceberg(scope, "Delivery", topic=topic, table=orders(scope))


def flink(scope: Any, folder: Path) -> None:
    (folder / "app").mkdir()
    (folder / "app" / "main.py").write_text("print()\n")
    FlinkApplication(scope, "Flink", code=folder / "app", main="main.py").write_table(orders(scope))


def connect(scope: Any, folder: Path) -> None:
    jar = folder / "sink.jar"
    jar.write_bytes(b"PK\x05\x06" + bytes(18))
    topic = KafkaCluster.from_name(scope, "Kafka", "main").topic("orders")
    MskConnector(scope, "Sink", topics=[topic], table=orders(scope), plugin=jar)


def crawler(scope: Any, _folder: Path) -> None:
    GlueCrawler(scope, "Crawler", zone="curated", prefix="shop/", database="curated", description="Files")


def optimizer(scope: Any, _folder: Path) -> None:
    TableOptimizerRole(scope, "Optimizer")


def data_role(scope: Any, _folder: Path) -> None:
    write = {"zone": ["curated", "landing"]}
    settings = RoleSettings.model_validate({"trusted_principals": ["sso"], "write": write})
    DataRole(scope, "Engineer", settings=settings)


def data_role_of_a_domain(scope: Any, _folder: Path) -> None:
    settings = RoleSettings.model_validate({"trusted_principals": ["sso"], "write": {"domain": ["sales"]}})
    DataRole(scope, "Engineer", settings=settings)


ALL = {LAKE.format(zone) for zone in ("raw", "curated", "consumption")}


@pytest.mark.parametrize(
    ("build", "wanted"),
    [
        (job, {LAKE.format("curated") + "/curated/orders"}),
        (glue_job, {LAKE.format("curated") + "/curated"}),
        (firehose, {LAKE.format("curated") + "/curated/orders"}),
        (flink, {LAKE.format("curated") + "/curated/orders"}),
        (connect, {LAKE.format("curated") + "/curated/orders"}),
        (crawler, {LAKE.format("curated")}),
        (optimizer, ALL),
        (data_role, {LAKE.format("curated")}),
        (data_role_of_a_domain, ALL),
    ],
)
def test_a_writer_has_access_to_the_location_of_its_tables(build: Any, wanted: set[str], tmp_path: Path) -> None:
    template = stack(lambda s: build(s, tmp_path), streaming={"enabled": True})
    (writer,) = writers(template)
    assert locations(template) == {writer: wanted}


def test_readers_have_no_access_to_locations() -> None:
    def build(s: Any) -> None:
        orders(s).grant_read("reader")
        Database.from_name(s, "Raw", "raw").grant_read("reader", domains=["sales"])
        settings = RoleSettings.model_validate({"trusted_principals": ["sso"], "read": {"zone": ["curated"]}})
        DataRole(s, "Analyst", settings=settings)

    template = stack(build)
    assert locations(template) == {}
    assert writers(template) == set()


def test_location_grants_follow_the_registration_of_the_locations() -> None:
    def build(s: Any) -> None:
        orders(s).grant_read("reader")
        LakeLocations(s, "Locations")
        orders_writer = Database.from_name(s, "Raw", "raw")
        orders_writer.grant_write("writer", domains=["sales"])

    template = stack(build)
    names = [f"aws_lakeformation_resource.{name}" for name in template["resource"]["aws_lakeformation_resource"]]
    grants = template["resource"]["aws_lakeformation_permissions"]
    first, *_, last = [name for name, one in grants.items() if one["principal"].endswith("/writer")]
    before = [name for name, one in grants.items() if one["principal"].endswith("/reader")]
    assert {*nonempty(names)} <= {*grants[first]["depends_on"]}
    assert f"aws_lakeformation_permissions.{before[-1]}" in grants[first]["depends_on"]
    assert "data_location" in grants[last]
