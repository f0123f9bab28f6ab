"""Streaming constructs in real Terraform: apply, empty second plan, update in place, destroy."""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from local_cloud_helpers import ACCOUNT, REGION, Terraform, create_boundary, register_location

from lakekit.bindings import cdktf
from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.core.stack import LakehouseStack
from lakekit.environment import Environment
from lakekit.monitoring import AlarmTopic, CostBudget, Dashboard
from lakekit.network import DataVpc
from lakekit.processing import FlinkApplication
from lakekit.streaming import FirehoseToIceberg, KafkaCluster, KafkaServerless, MskConnector, Schema, SchemaRegistry
from lakekit.testing import environment
from lakekit_cli.toolchain import provider_source
from lakekit_local import LocalCloud, isolated

PARTNER = "arn:aws:iam::222222222222:role/partner"


def streaming_environment(*, edited: bool) -> Environment:
    mail = {"protocol": "email", "endpoint": "oncall@acme.example"}
    hook = {"protocol": "https", "endpoint": "https://events.acme.example/x"}
    return environment(
        environment="streams",
        tier="sandbox",
        target="local",
        backend={"kind": "local"},
        operations={
            "subscriptions": [mail] if edited else [mail, hook],
            "budget": {
                "monthly_usd": 700 if edited else 500,
                "alert_thresholds_percent": [50, 100] if edited else [80, 100],
            },
        },
    )


def build(stack: LakehouseStack, files: Path, *, edited: bool) -> None:
    network = DataVpc(stack, "Network")
    kafka = KafkaCluster(stack, "Main", network=network, multi_vpc=True, retention_hours=72 if edited else 168)
    kafka.share_with(PARTNER, produce=["a", "b"] if edited else ["a"])
    KafkaServerless(stack, "Quiet", network=network)
    registry = SchemaRegistry(stack, "Events", description="Records, edited" if edited else "Records")
    Schema(
        stack,
        "Order",
        registry=registry,
        subject="orders-value",
        file=files / ("v2.avsc" if edited else "v1.avsc"),
        description="An order",
    )
    table = IcebergTable(
        stack,
        "Orders",
        database="curated",
        table=GovernedTable("orders", [Column("id", "long", "Number")], "One row per order"),
    )
    seconds = 120 if edited else 300
    orders = kafka.topic("orders")
    FirehoseToIceberg(stack, "ToLake", topic=orders, table=table, buffer_seconds=seconds)
    app = FlinkApplication(
        stack,
        "Enrich",
        code=files / "job",
        main="main.py",
        network=network,
        parallelism=2 if edited else 1,
        autoscale=not edited,
        checkpoint_seconds=30 if edited else 60,
    )
    app.read_topic(orders)
    app.write_table(table)
    MskConnector(
        stack,
        "Sink",
        topics=[orders],
        table=table,
        plugin=files / "sink.zip",
        network=network,
        max_workers=3 if edited else 2,
        configuration={
            # A change of the secrets replaces the connector; a change of the error tolerance does not.
            "value.converter.basic.auth.user.info": "${secretsmanager:registry:login}",
            **({"errors.tolerance": "all", "errors.deadletterqueue.topic.name": "orders-failed"} if edited else {}),
        },
    )
    operations = stack.environment.operations
    topic = AlarmTopic(stack, "Alarms")
    assert operations.budget
    CostBudget(stack, "Budget", settings=operations.budget, topic=topic, email_addresses=["oncall@acme.example"])
    Dashboard(stack, "Overview", name="lakehouse", title="Edited" if edited else "All")


def synthesize(out: Path, files: Path, *, edited: bool) -> Path:
    app = cdktf.App(outdir=str(out), stack_traces=False)
    build(LakehouseStack(app, streaming_environment(edited=edited), "flow"), files, edited=edited)
    app.synth()
    return out / "stacks" / "streams-flow"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "job").mkdir(parents=True)
    (folder / "job" / "main.py").write_text("print('hello')\n")
    with zipfile.ZipFile(folder / "sink.zip", "w") as archive:
        archive.writestr("lib/sink.jar", "classes")
    fields = [{"name": "id", "type": "long"}]
    more = [*fields, {"name": "note", "type": ["null", "string"], "default": None}]
    for version, these in (("v1", fields), ("v2", more)):
        (folder / f"{version}.avsc").write_text(json.dumps({"type": "record", "name": "Order", "fields": these}))
    return folder


def test_streaming_applies_replans_updates_and_destroys(
    cloud: LocalCloud, client: Callable[..., Any], files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = {(entry["service"], entry["operation"]) for entry in cloud.status().unanswered}
    names = streaming_environment(edited=False).names
    s3, glue = client("s3"), client("glue")
    for words in (("artifacts",), ("lake", "curated"), ("lake", "landing")):
        place = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket=names.bucket(*words), CreateBucketConfiguration=place)
    create_boundary(streaming_environment(edited=False), client)
    register_location(names.bucket("lake", "curated"), client)
    glue.create_database(DatabaseInput={"Name": names.database("curated")})

    folder = synthesize(tmp_path / "out", files, edited=False)
    source = provider_source(folder)
    here = {**os.environ, **source.variables, "CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
    terraform = Terraform(folder, isolated(cloud.variables(ACCOUNT, REGION), here))
    terraform("init")
    terraform("apply", "-auto-approve")
    terraform("plan", "-detailed-exitcode")
    flink = client("kinesisanalyticsv2").describe_application(ApplicationName=names.resource("flow", "enrich"))
    assert flink["ApplicationDetail"]["ApplicationStatus"] == "RUNNING"

    assert synthesize(tmp_path / "out", files, edited=True) == folder
    changed = terraform("apply", "-auto-approve")
    # The name of a configuration contains a hash of its content: it is replaced, and the brokers move to the new one.
    assert re.findall(r"# aws_(\w+)\.\S+ must be replaced", changed) == ["msk_configuration"]
    terraform("plan", "-detailed-exitcode")
    kafka = client("kafka")

    def standing() -> tuple[int, int]:
        clusters = [one["ClusterName"] for one in kafka.list_clusters_v2()["ClusterInfoList"]]
        configurations = [one["Name"] for one in kafka.list_configurations()["Configurations"]]
        return tuple(sum(name.startswith(names.prefix) for name in found) for found in (clusters, configurations))  # type: ignore[return-value]

    assert min(standing()) > 0
    terraform("destroy", "-auto-approve")
    assert standing() == (0, 0)
    assert client("kafkaconnect").list_connectors(connectorNamePrefix=names.prefix)["connectors"] == []
    after = {(entry["service"], entry["operation"]) for entry in cloud.status().unanswered}
    assert after == before
