"""References to engines of other stacks: checked against the environment, and usable twice in one stack."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.catalog import Column, Database, GovernedTable, IcebergTable
from lakekit.environment import SparkClusterSettings
from lakekit.errors import ConstructError
from lakekit.iam import HasRole, Secret
from lakekit.processing import (
    AthenaWorkgroup,
    EmrStudio,
    FlinkApplication,
    GlueCrawler,
    GlueRuntime,
    SparkCluster,
    SparkJob,
    SparkServerless,
)
from lakekit.storage import Zone
from lakekit.streaming import FirehoseToIceberg, KafkaCluster, KafkaServerless, MskConnector, Schema, SchemaRegistry
from lakekit.testing import resources

STREAMING: dict[str, Any] = {"enabled": True, "additional_serverless_cluster": "trial"}
SERVERLESS: dict[str, Any] = {
    "enabled": True,
    "kafka": {"kind": "serverless"},
    "additional_serverless_cluster": "trial",
}
ATHENA = {"athena": {"teams": {"pricing": []}}}
SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:sales/shop-abcdef"


@pytest.mark.parametrize(
    ("reference", "changes", "message"),
    [
        (
            lambda s: KafkaCluster.from_name(s, "Kafka", "mian"),
            {"streaming": STREAMING},
            r"no provisioned Kafka cluster 'mian'; known: main\n.*streaming\.kafka\.name in dev\.yaml",
        ),
        (
            lambda s: KafkaCluster.from_name(s, "Kafka", "main"),
            {"streaming": SERVERLESS},
            "no provisioned Kafka cluster 'main'; known: none",
        ),
        (
            lambda s: KafkaCluster.from_name(s, "Kafka", "main"),
            {},
            r"streaming is disabled\n.*streaming\.enabled: true",
        ),
        (
            lambda s: KafkaServerless.from_name(s, "Kafka", "trail"),
            {"streaming": SERVERLESS},
            r"no serverless Kafka cluster 'trail'; known: main, trial\n.*additional_serverless_cluster",
        ),
        (
            lambda s: SparkServerless.from_name(s, "Spark", "other"),
            {},
            r"no Spark application 'other'; known: main\n.*processing\.spark\.name in dev\.yaml",
        ),
        (
            lambda s: SparkServerless.from_name(s, "Spark", "main"),
            {"processing": {"spark": {"enabled": False}}},
            r"known: none, processing\.spark is disabled",
        ),
        (
            lambda s: SparkCluster.from_name(s, "Cluster", "other"),
            {"processing": {"cluster": {"enabled": True}}},
            r"no Spark cluster 'other'; known: main\n.*processing\.cluster\.name in dev\.yaml",
        ),
        (
            lambda s: SparkCluster.from_name(s, "Cluster", "main"),
            {},
            r"known: none, processing\.cluster is disabled",
        ),
        (
            lambda s: AthenaWorkgroup.from_name(s, "Pricing", "sales"),
            {"processing": ATHENA},
            r"no Athena workgroup 'sales'; known: pricing\n.*processing\.athena\.teams in dev\.yaml",
        ),
        (
            lambda s: AthenaWorkgroup.from_name(s, "Pricing", "sales"),
            {"processing": {"athena": {"enabled": False}}},
            r"known: none, processing\.athena is disabled",
        ),
        (
            lambda s: SchemaRegistry.from_name(s, "Registry", "event"),
            {"streaming": STREAMING},
            r"no schema registry 'event'; known: events\n.*streaming\.schema_registries in dev\.yaml",
        ),
        (
            lambda s: Schema(s, "Order", registry="event", subject="s", file=Path("o.json"), description="d"),
            {"streaming": STREAMING},
            "no schema registry 'event'",
        ),
    ],
)
def test_unknown_names_are_rejected(reference: Callable[[Any], Any], changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConstructError, match=message):
        stack(reference, **changes)


def test_two_references_to_one_resource_are_allowed() -> None:
    def build(s: Any) -> None:
        for id_ in ("First", "Second"):
            kafka = KafkaCluster.from_name(s, f"{id_}Kafka", "main")
            kafka.topic("orders").grant_read("loader", group="loader")
            assert kafka.bootstrap_brokers
            KafkaServerless.from_name(s, f"{id_}Trial", "trial").topic("orders").grant_write("loader")
            SparkServerless.from_name(s, f"{id_}Spark", "main")
            SchemaRegistry.from_name(s, f"{id_}Registry", "events")
            AthenaWorkgroup.from_name(s, f"{id_}Athena", "pricing").grant_query("loader")

    template = stack(build, streaming=STREAMING, processing=ATHENA)
    assert list(policies(template)) == ["loader"]
    assert len(resources(template, "aws_iam_role_policy")) == 1


def test_a_serverless_reference_has_no_lookup() -> None:
    for attribute in ("arn", "bootstrap_brokers"):
        with pytest.raises(ConstructError, match="cannot be looked up from another stack"):
            stack(
                lambda s, a=attribute: getattr(KafkaServerless.from_name(s, "Kafka", "trial"), a), streaming=STREAMING
            )


def test_a_workgroup_and_a_reference_to_it_grant_the_same() -> None:
    def own(s: Any) -> None:
        AthenaWorkgroup(s, "Sales").grant_query("reader")

    def other(s: Any) -> None:
        AthenaWorkgroup.from_name(s, "Other", "sales").grant_query("reader")

    teams = {"processing": {"athena": {"teams": {"sales": []}}}}
    assert policies(stack(own, **teams))["reader"] == policies(stack(other, **teams))["reader"]


def test_a_cluster_and_a_reference_to_it_are_the_same_grantee() -> None:
    def own(s: Any) -> None:
        Zone.from_name(s, "Raw", "raw").grant_read(SparkCluster(s, "Main"))

    def other(s: Any) -> None:
        Zone.from_name(s, "Raw", "raw").grant_read(SparkCluster.from_name(s, "Other", "main"))

    changes = {"processing": {"cluster": {"enabled": True}}}
    granted = policies(stack(other, **changes))["acme-dev-emr-main-nodes"]
    assert granted
    assert all(one in policies(stack(own, **changes))["acme-dev-emr-main-nodes"] for one in granted)


def test_a_job_is_checked_against_the_application_it_refers_to(tmp_path: Path) -> None:
    code = tmp_path / "job.py"
    code.write_text("print()\n")

    def build(s: Any) -> None:
        SparkJob(s, "Load", entry_point=code, runtime=SparkServerless.from_name(s, "Spark", "main"), max_executors=8)

    with pytest.raises(ConstructError, match="need 36 vCPU; acme-dev-spark-main has 32"):
        stack(build)


def test_every_construct_with_a_role_is_a_grantee(tmp_path: Path) -> None:
    code, jar = tmp_path / "job.py", tmp_path / "sink.jar"
    code.write_text("print()\n")
    jar.write_bytes(b"PK\x05\x06" + bytes(18))
    (tmp_path / "flink").mkdir()
    (tmp_path / "flink" / "main.py").write_text("print()\n")

    def build(s: Any) -> None:
        kafka = KafkaCluster.from_name(s, "Kafka", "main")
        raw = Database.from_name(s, "Raw", "raw")
        declared = GovernedTable(name="orders", description="One row per order", columns=[Column("id", "long", "Id")])
        table = IcebergTable(s, "Orders", database=raw, table=declared)
        on_glue = SparkJob(s, "OnGlue", entry_point=code, runtime=GlueRuntime())
        serverless = SparkJob(s, "Serverless", entry_point=code, runtime=SparkServerless.from_name(s, "Spark", "main"))
        grantees = [
            on_glue,
            serverless,
            on_glue.run,
            serverless.run,
            GlueCrawler(s, "Crawler", zone="landing", prefix="shop/", database=raw, description="d"),
            FlinkApplication(s, "Flink", code=tmp_path / "flink", main="main.py"),
            MskConnector(s, "Sink", topics=[kafka.topic("orders")], table=table, plugin=jar),
            FirehoseToIceberg(s, "Delivery", topic=kafka.topic("orders"), table=table),
            SparkCluster(s, "Cluster", settings=SparkClusterSettings()),
            EmrStudio(s, "Studio"),
        ]
        zone = Zone.from_name(s, "Consumption", "consumption")
        for grantee in grantees:
            assert isinstance(grantee, HasRole)
            zone.grant_read(grantee, "probe/")

    found = [
        role
        for role, statements in policies(stack(build, streaming=STREAMING)).items()
        if any("consumption" in str(one["Resource"]) and "probe/*" in str(one["Resource"]) for one in statements)
    ]
    assert sorted(role.removeprefix("acme-dev-") for role in found) == [
        "emr-cluster-nodes",
        "studio-studio",
        "test-crawler-crawler",
        "test-delivery-firehose",
        "test-flink-flink",
        "test-on-glue-job",
        "test-serverless-job",
        "test-sink-connect",
    ]


def test_a_secret_is_granted_to_a_job(tmp_path: Path) -> None:
    code = tmp_path / "job.py"
    code.write_text("print()\n")

    def build(s: Any) -> None:
        job = SparkJob(s, "Load", entry_point=code, runtime=SparkServerless.from_name(s, "Spark", "main"))
        Secret.from_arn(s, "Shop", SECRET).grant_read(job)
        Secret.from_name(s, "Partner", "sales/partner").grant_read(job)

    statements = policies(stack(build))["acme-dev-test-load-job"]
    for resource, allowed in (
        (SECRET, True),
        (SECRET.replace("shop-", "partner-"), True),
        (SECRET.replace("shop-", "other-"), False),
        (SECRET.replace("shop-", "partner-two-"), False),
    ):
        assert is_allowed(statements, "secretsmanager:GetSecretValue", resource) is allowed, resource
    assert not is_allowed(statements, "secretsmanager:PutSecretValue", SECRET)


@pytest.mark.parametrize("arn", ["shop", "*", "arn:aws:secretsmanager:eu-west-1:111111111111:secret:*", SECRET + "*"])
def test_a_secret_needs_a_full_arn(arn: str) -> None:
    with pytest.raises(ConstructError, match="is not the ARN of a secret"):
        stack(lambda s: Secret.from_arn(s, "Shop", arn))
