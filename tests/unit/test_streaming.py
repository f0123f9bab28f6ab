"""Firehose streams, connectors, Flink applications and schemas."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from iam_evaluation import is_allowed, policies
from stack_builder import stack

from lakekit.catalog import Column, GovernedTable, IcebergTable
from lakekit.errors import ConstructError
from lakekit.processing import FlinkApplication
from lakekit.storage.zip_archive import create_zip
from lakekit.streaming import (
    FirehoseToIceberg,
    KafkaCluster,
    KafkaServerless,
    MskConnector,
    Schema,
    SchemaRegistry,
    Topic,
)
from lakekit.testing import Template, resources
from nonempty import nonempty

PROD = {"environment": "prod", "tier": "prod", "account_id": "333333333333", "streaming": {"enabled": True}}
TOPIC = "arn:aws:kafka:eu-west-1:333333333333:topic/acme-prod-main/u-1/"
SHOP = "arn:aws:secretsmanager:eu-west-1:333333333333:secret:shop-abcdef"
CURATED = "arn:aws:s3:::acme-prod-lake-curated-333333333333-eu-west-1"
GLUE = "arn:aws:glue:eu-west-1:333333333333:table/acme_prod_curated/"


def table(s: Any) -> IcebergTable:
    return IcebergTable(
        s,
        "Orders",
        database="curated",
        table=GovernedTable("orders", [Column("order_id", "long", "Number")], "One row per order"),
    )


def orders(s: Any, name: str = "orders") -> Topic:
    return KafkaCluster.from_name(s, "Main", "main").topic(name)


def one(template: Template, kind: str) -> dict[str, Any]:
    (found,) = resources(template, kind).values()
    return dict(found)


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    file = tmp_path / "iceberg-sink.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("lib/sink.jar", "classes")
    return file


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "job"
    folder.mkdir()
    (folder / "main.py").write_text("print('hello')\n")
    return folder


# Firehose


@pytest.fixture(scope="module")
def delivery() -> Template:
    def build(s: Any) -> None:
        FirehoseToIceberg(s, "ToLake", topic=orders(s), table=table(s))

    return stack(build, **PROD)


def test_firehose_uses_private_connectivity_and_an_error_prefix(delivery: Template) -> None:
    stream = one(delivery, "aws_kinesis_firehose_delivery_stream")
    source, lake = stream["msk_source_configuration"], stream["iceberg_configuration"]
    assert source["authentication_configuration"]["connectivity"] == "PRIVATE"
    assert source["msk_cluster_arn"].startswith("${data.aws_msk_cluster.")
    assert lake["catalog_arn"] == "arn:aws:glue:eu-west-1:333333333333:catalog"
    (target,) = lake["destination_table_configuration"]
    assert (target["database_name"], target["table_name"]) == ("acme_prod_curated", "orders")
    assert lake["s3_configuration"]["error_output_prefix"] == "firehose-errors/acme-prod-test-to-lake/"
    assert lake["cloudwatch_logging_options"]["enabled"] is True


def test_firehose_reads_the_whole_topic_and_keeps_its_position(delivery: Template) -> None:
    stream = one(delivery, "aws_kinesis_firehose_delivery_stream")
    assert stream["msk_source_configuration"]["read_from_timestamp"] == "1970-01-01T00:00:00Z"
    # A change would replace the stream, also an existing one that was created without.
    assert stream["lifecycle"]["ignore_changes"] == ["msk_source_configuration[0].read_from_timestamp"]


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("kafka-cluster:ReadData", f"{TOPIC}orders", True),
        ("kafka-cluster:ReadData", f"{TOPIC}payments", False),
        ("kafka-cluster:WriteData", f"{TOPIC}orders", False),
        ("s3:PutObject", f"{CURATED}/curated/orders/data/x.parquet", True),
        ("s3:PutObject", f"{CURATED}/curated/payments/data/x.parquet", False),
        ("s3:PutObject", f"{CURATED}/_lakekit/iceberg/acme_prod_curated/orders/metadata/x.json", False),
        ("s3:GetObject", f"{CURATED}/_lakekit/iceberg/acme_prod_curated/orders/metadata/x.json", True),
        ("glue:UpdateTable", f"{GLUE}orders", True),
        ("glue:UpdateTable", f"{GLUE}payments", False),
        ("glue:DeleteTable", f"{GLUE}orders", False),
        # Firehose developer guide, "Grant access to MSK".
        *(
            (action, TOPIC.removesuffix("/").replace(":topic/", ":cluster/"), True)
            for action in (
                "kafka:DescribeCluster",
                "kafka:DescribeClusterV2",
                "kafka:GetBootstrapBrokers",
                "kafka-cluster:Connect",
            )
        ),
        ("kafka-cluster:DescribeTopic", f"{TOPIC}orders", True),
        ("kafka-cluster:DescribeTopicDynamicConfiguration", f"{TOPIC}orders", True),
        ("kafka-cluster:DescribeGroup", f"{TOPIC.replace(':topic/', ':group/')}firehose", True),
        ("kafka-cluster:AlterGroup", f"{TOPIC.replace(':topic/', ':group/')}firehose", False),
        ("kafka-cluster:WriteDataIdempotently", TOPIC.removesuffix("/").replace(":topic/", ":cluster/"), False),
        ("glue:GetTable", "arn:aws:glue:eu-west-1:333333333333:database/acme_prod_curated", True),
        ("s3:AbortMultipartUpload", f"{CURATED}/curated/orders/data/x.parquet", True),
        ("s3:ListBucketMultipartUploads", CURATED, True),
        ("s3:ListBucketMultipartUploads", CURATED.replace("curated", "landing"), True),
        ("s3:ListBucketMultipartUploads", CURATED.replace("curated", "raw"), False),
        ("s3:PutObject", f"{CURATED.replace('curated', 'landing')}/firehose-errors/acme-prod-test-to-lake/x", True),
        ("s3:PutObject", f"{CURATED.replace('curated', 'landing')}/firehose-errors/other/x", False),
    ],
)
def test_firehose_permissions(delivery: Template, action: str, resource: str, expected: bool) -> None:
    (statements,) = policies(delivery).values()
    assert is_allowed(statements, action, resource) is expected


def test_firehose_may_use_the_catalog_key(delivery: Template) -> None:
    (statements,) = policies(delivery).values()
    (key,) = (one for one in statements if one["Sid"] == "WriteCatalogKey")
    assert set(key["Action"]) == {"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"}
    assert "alias/acme-prod-catalog" in json.dumps(key["Condition"])


def test_firehose_lake_formation_grants(delivery: Template) -> None:
    on_database, on_table, on_location = resources(delivery, "aws_lakeformation_permissions").values()
    assert on_location["data_location"]["arn"] == f"{CURATED}/curated/orders"
    assert (on_database["database"], on_database["permissions"]) == ({"name": "acme_prod_curated"}, ["DESCRIBE"])
    assert on_table["table_with_columns"] == {
        "database_name": "acme_prod_curated",
        "name": "orders",
        "wildcard": True,
    }
    assert on_table["permissions"] == ["ALTER", "DELETE", "DESCRIBE", "INSERT", "SELECT"]


def test_failed_rows_alarm(delivery: Template) -> None:
    metrics = {alarm["metric_name"] for alarm in resources(delivery, "aws_cloudwatch_metric_alarm").values()}
    assert {"DeliveryToIceberg.FailedRowCount", "KafkaOffsetLag"} <= metrics


def test_firehose_accepts_a_table_reference() -> None:
    def build(s: Any) -> None:
        target = IcebergTable.from_name(s, "Target", "orders", database="curated")
        FirehoseToIceberg(s, "ToLake", topic=orders(s), table=target)

    template = stack(build, **PROD)
    assert not resources(template, "aws_glue_catalog_table")
    (statements,) = policies(template).values()
    assert is_allowed(statements, "glue:UpdateTable", f"{GLUE}orders")


def test_delivery_requires_private_connectivity() -> None:
    def build(s: Any) -> None:
        FirehoseToIceberg(s, "ToLake", topic=KafkaCluster(s, "Main").topic("orders"), table=table(s))

    with pytest.raises(ConstructError, match="multi_vpc=True"):
        stack(build, **PROD)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"topic": "orders.*"}, "is a prefix"),
        ({"topic": ""}, "not a topic"),
        ({"buffer_seconds": 901}, "buffer_seconds 901"),
        ({"start": "yesterday"}, "start 'yesterday' is not a time in UTC"),
        ({"start": "2026-02-01T10:00:00+01:00"}, "is not a time in UTC"),
        ({"buffer_mb": 0}, "buffer_mb 0"),
        ({"errors_zone": "bronze"}, "no zone 'bronze'"),
    ],
)
def test_invalid_delivery_is_rejected(arguments: dict[str, Any], words: str) -> None:
    def build(s: Any) -> None:
        given = {"topic": "t", **arguments}
        FirehoseToIceberg(s, "ToLake", **{**given, "topic": orders(s, given["topic"]), "table": table(s)})

    with pytest.raises(ConstructError, match=words):
        stack(build, **PROD)


# MSK Connect


def topics(s: Any, given: Any) -> list[Topic]:
    kafka = KafkaCluster.from_name(s, "Main", "main")
    return [kafka.topic(topic) if isinstance(topic, str) else topic for topic in given]


def connect(plugin: Path, /, **arguments: Any) -> Callable[[Any], object]:
    return lambda s: MskConnector(
        s,
        "Sink",
        **{
            "table": table(s),
            "plugin": plugin,
            **arguments,
            "topics": topics(s, arguments.get("topics", ["orders"])),
        },
    )


def test_plugin_name_contains_content_hash(plugin: Path) -> None:
    template = stack(connect(plugin), **PROD)
    connector, made = (one(template, f"aws_mskconnect_{kind}") for kind in ("connector", "custom_plugin"))
    uploaded = resources(template, "aws_s3_object")["Sink/Plugin/Object"]
    assert made["location"]["s3"]["file_key"] == uploaded["key"]
    digest = made["location"]["s3"]["file_key"].split("/")[2]
    assert made["name"] == f"acme-prod-test-sink-{digest[:8]}"
    assert connector["kafka_cluster_client_authentication"] == {"authentication_type": "IAM"}
    assert connector["kafka_cluster_encryption_in_transit"] == {"encryption_type": "TLS"}
    settings = connector["connector_configuration"]
    assert settings["iceberg.tables"] == "acme_prod_curated.orders"
    assert settings["iceberg.kafka.sasl.mechanism"] == "AWS_MSK_IAM"
    assert settings["iceberg.tables.auto-create-enabled"] == "false"
    assert connector["capacity"]["autoscaling"]["max_worker_count"] == 2


# As Iceberg's sink names what it uses: `Coordinator` and `Worker` say group and transactional id, `Channel` joins them.
_UUID = "0b9f3c1e-9a57-4d0e-8a3b-6c1f7b0c2d4e"
_CONNECTOR = "acme-prod-test-sink"
REACHED = [
    ("Connect", "cluster", "", True),
    ("DescribeCluster", "cluster", "", True),
    ("AlterCluster", "cluster", "", False),
    # Reads its topics with the consumer group of Kafka Connect.
    ("ReadData", "topic", "orders", True),
    ("DescribeTopic", "topic", "orders", True),
    ("WriteData", "topic", "orders", False),
    ("CreateTopic", "topic", "orders", False),
    ("ReadData", "topic", "payments", False),
    ("AlterGroup", "group", f"connect-{_CONNECTOR}", True),
    ("DescribeGroup", "group", f"connect-{_CONNECTOR}", True),
    ("AlterGroup", "group", "connect-other", False),
    ("AlterGroup", "group", f"connect-{_CONNECTOR}-2", False),
    # Groups of the coordinator and of the workers.
    ("AlterGroup", "group", f"connect-{_CONNECTOR}-coord", True),
    ("DescribeGroup", "group", f"connect-{_CONNECTOR}-coord", True),
    ("AlterGroup", "group", f"connect-{_CONNECTOR}-2-coord", False),
    ("AlterGroup", "group", f"{_CONNECTOR}-control-{_UUID}", True),
    ("AlterGroup", "group", f"{_CONNECTOR}-2-control-{_UUID}", False),
    ("DeleteGroup", "group", f"connect-{_CONNECTOR}-coord", False),
    # The control topic, with the transactional ids of both.
    ("ReadData", "topic", f"control-{_CONNECTOR}", True),
    ("WriteData", "topic", f"control-{_CONNECTOR}", True),
    ("WriteData", "topic", f"control-{_CONNECTOR}-2", False),
    ("DeleteTopic", "topic", f"control-{_CONNECTOR}", False),
    ("AlterTransactionalId", "transactional-id", f"{_CONNECTOR}-coordinator-txn-{_UUID}-0", True),
    ("DescribeTransactionalId", "transactional-id", f"{_CONNECTOR}-worker-txn-{_UUID}-1", True),
    ("AlterTransactionalId", "transactional-id", f"{_CONNECTOR}-worker-txn-{_UUID}-1", True),
    ("AlterTransactionalId", "transactional-id", f"{_CONNECTOR}-2-worker-txn-{_UUID}-1", False),
    ("AlterTransactionalId", "transactional-id", "shop-7", False),
    # Offsets, configurations and status of MSK Connect.
    *(
        (action, "topic", f"__amazon_msk_connect_{kind}_{_CONNECTOR}_{_UUID}-4_1", True)
        for action in ("CreateTopic", "DescribeTopic", "ReadData", "WriteData")
        for kind in ("offsets", "configs", "status")
    ),
    ("AlterGroup", "group", f"__amazon_msk_connect_{_CONNECTOR}", True),
    ("DeleteTopic", "topic", "__amazon_msk_connect_offsets", False),
    ("ReadData", "topic", "__consumer_offsets", False),
]


@pytest.fixture(scope="module")
def connector(tmp_path_factory: pytest.TempPathFactory) -> Template:
    jar = tmp_path_factory.mktemp("plugin") / "sink.jar"
    jar.write_bytes(b"PK\x05\x06" + bytes(18))
    return stack(connect(jar), **PROD)


@pytest.mark.parametrize(("action", "kind", "name", "expected"), REACHED)
def test_connector_kafka_permissions(connector: Template, action: str, kind: str, name: str, expected: bool) -> None:
    (statements,) = policies(connector).values()
    resource = TOPIC.removesuffix("/").replace(":topic/", f":{kind}/") + (f"/{name}" if name else "")
    assert is_allowed(statements, f"kafka-cluster:{action}", resource) is expected


def test_connector_settings_match_its_grants(connector: Template) -> None:
    settings = one(connector, "aws_mskconnect_connector")["connector_configuration"]
    # By default the sink's group is `connect-<name>`.
    assert "iceberg.connect.group-id" not in settings
    assert settings["iceberg.control.topic"] == f"control-{_CONNECTOR}"
    assert settings["iceberg.control.group-id-prefix"] == f"{_CONNECTOR}-control-"
    assert settings["iceberg.coordinator.transactional.prefix"] == f"{_CONNECTOR}-"


def test_connector_may_read_its_plugin_only(connector: Template) -> None:
    (statements,) = policies(connector).values()
    uploaded = resources(connector, "aws_s3_object")["Sink/Plugin/Object"]
    code = f"arn:aws:s3:::{uploaded['bucket']}/"
    assert is_allowed(statements, "s3:GetObject", code + uploaded["key"])
    assert not is_allowed(statements, "s3:GetObject", f"{code}code/other.jar")
    assert not any(action.startswith("logs:") for listed in nonempty(statements) for action in listed["Action"])


@pytest.mark.parametrize("kind", [KafkaCluster, KafkaServerless])
def test_engines_are_added_to_client_security_groups(kind: Any, plugin: Path, code: Path) -> None:
    def build(s: Any, **arguments: Any) -> None:
        cluster = kind(s, "Events", **arguments)
        connect(plugin, topics=[cluster.topic("orders")])(s)
        app = FlinkApplication(s, "Enrich", code=code, main="main.py")
        app.read_topic(cluster.topic("orders"))
        app.read_topic(cluster.topic("returns"))

    def security_group_rules(template: Template) -> dict[str, Any]:
        return {
            path: rule
            for path, rule in resources(template, "aws_vpc_security_group_ingress_rule").items()
            if path.startswith("Events/Door")
        }

    template = stack(lambda s: build(s, client_security_group_ids=["sg-1"]), **PROD)
    rules = security_group_rules(template)
    assert len(rules) == 3
    assert not any(rule.get("cidr_ipv4") for rule in rules.values())
    # Both depend on the ingress rule of the brokers.
    for kind_ in ("aws_mskconnect_connector", "aws_kinesisanalyticsv2_application"):
        waits = [found for found in one(template, kind_)["depends_on"] if "_ingress_rule." in found]
        assert len(waits) == 1
        assert "Events_Door_Client" in waits[0]
    assert [rule["cidr_ipv4"] for rule in security_group_rules(stack(build, **PROD)).values()]


def test_plugin_folder_is_zipped_and_secret_references_are_escaped(tmp_path: Path) -> None:
    folder = tmp_path / "sink"
    folder.mkdir()
    (folder / "sink.jar").write_text("classes")
    secret = {
        "iceberg.catalog.password": "${secretsmanager:catalog:password}",
        "value.converter.basic.auth.user.info": "${secretsmanager:registry:user}:${secretsmanager:registry:password}",
        "header": f"${{secretsmanager:{quote(SHOP, safe='')}:token}}",
    }
    with pytest.raises(ConstructError, match="contains no msk-config-providers"):
        stack(connect(folder, configuration=secret), **PROD)
    (folder / "msk-config-providers-0.4.0-uber.jar").write_text("classes")
    template = stack(connect(folder, configuration=secret), **PROD)
    assert one(template, "aws_mskconnect_custom_plugin")["content_type"] == "ZIP"
    connector = one(template, "aws_mskconnect_connector")
    settings = connector["connector_configuration"]
    assert settings["iceberg.catalog.password"] == "$${secretsmanager:catalog:password}"
    # Workers have the config provider, and the role may read the referenced secrets only.
    assert settings["config.action.reload"] == "none"
    workers = one(template, "aws_mskconnect_worker_configuration")
    assert "config.providers=secretsmanager\n" in workers["properties_file_content"]
    assert "config.providers.secretsmanager.param.region=eu-west-1\n" in workers["properties_file_content"]
    (unique,) = (key for key in template["resource"]["aws_mskconnect_worker_configuration"])
    assert connector["worker_configuration"] == {
        "arn": f"${{aws_mskconnect_worker_configuration.{unique}.arn}}",
        "revision": 1,
    }
    (statements,) = policies(template).values()
    secrets = SHOP.rpartition(":")[0]
    for resource, expected in (
        (f"{secrets}:catalog-a1B2c3", True),
        (f"{secrets}:registry-a1B2c3", True),
        (SHOP, True),
        (f"{secrets}:catalog-of-others-a1B2c3", False),
        (f"{secrets}:payments-a1B2c3", False),
    ):
        assert is_allowed(statements, "secretsmanager:GetSecretValue", resource) is expected, resource


def test_connector_without_secrets_has_no_worker_configuration(connector: Template) -> None:
    assert not resources(connector, "aws_mskconnect_worker_configuration")
    assert "config.action.reload" not in one(connector, "aws_mskconnect_connector")["connector_configuration"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"topics": []}, "topics is empty"),
        ({"topics": ["orders.*"]}, "is a prefix"),
        ({"min_workers": 3}, "min_workers 3, max_workers 2"),
        ({"max_workers": 11}, "max_workers 11"),
        ({"mcu": 3}, "mcu 3"),
        ({"version": "latest"}, "not a version of Kafka Connect"),
        ({"configuration": {"jdbc.password": "hunter2"}}, "configuration jdbc.password holds a secret"),
        ({"configuration": {"transforms.x.url": "jdbc:x://u:hunter2@h/d"}}, "a password in a URL"),
        ({"configuration": {"transforms.x.jaas": 'required password="hunter2";'}}, "password holds a secret"),
        ({"configuration": {"basic.auth.user.info": "u:hunter2"}}, "user.info holds a secret"),
        ({"configuration": {"value.converter.schema.registry.url": "http://registry:8081"}}, "HTTP without encryption"),
        ({"configuration": {"x.security.protocol": "SASL_PLAINTEXT"}}, "Kafka without encryption"),
        ({"configuration": {"errors.tolerance": "all"}}, "lost without notice"),
        ({"configuration": {"x.password": "${file:/etc/secret:key}"}}, "refers to file:/etc/secret; workers resolve"),
        ({"configuration": {"x.password": "${secretsmanager::key}"}}, "secretsmanager:; workers resolve"),
        ({"configuration": {"x.password": "hunter2${secretsmanager:a:b}"}}, "x.password holds a secret"),
        ({"configuration": {"errors.deadletterqueue.topic.name": "*"}}, "not a topic"),
        (
            {"configuration": {"topics": "payments", "iceberg.tables": "a.b", "key.converter": "x"}},
            "configuration sets iceberg.tables, topics, reserved by the construct",
        ),
        ({"plugin": Path("missing.zip")}, "file not found"),
        ({"plugin": Path("sink.tar")}, "neither a .zip nor a .jar"),
    ],
)
def test_invalid_connector_is_rejected(plugin: Path, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=words):
        stack(connect(plugin, **arguments), **PROD)


@pytest.mark.parametrize(
    "key",
    [
        "connector.class",
        "name",
        "tasks.max",
        "topics",
        "topics.regex",
        "iceberg.tables",
        "iceberg.tables.dynamic-enabled",
        "iceberg.tables.route-field",
        "iceberg.tables.auto-create-enabled",
        "iceberg.tables.auto-create-props.x",
        "iceberg.tables.evolve-schema-enabled",
        "iceberg.table.other.route-regex",
        "iceberg.control.topic",
        "iceberg.control.group-id-prefix",
        "iceberg.connect.group-id",
        "iceberg.coordinator.transactional.prefix",
        "iceberg.catalog.catalog-impl",
        "iceberg.catalog.client.region",
        "iceberg.catalog.client.credentials-provider",
        "iceberg.catalog.glue.endpoint",
        "iceberg.catalog.s3.endpoint",
        "iceberg.catalog.warehouse",
        "iceberg.kafka.bootstrap.servers",
        "iceberg.kafka.security.protocol",
        "iceberg.kafka.sasl.jaas.config",
        "iceberg.kafka.ssl.endpoint.identification.algorithm",
        "consumer.override.sasl.jaas.config",
        "consumer.override.group.id",
        "producer.override.security.protocol",
    ],
)
def test_reserved_connector_settings_are_rejected(plugin: Path, key: str) -> None:
    with pytest.raises(ConstructError, match=f"configuration sets {re.escape(key)}, reserved by the construct"):
        stack(connect(plugin, configuration={key: "x"}), **PROD)


def test_connector_accepts_converters_and_a_dead_letter_topic(plugin: Path) -> None:
    given = {
        "value.converter": "org.apache.kafka.connect.storage.StringConverter",
        "iceberg.control.commit.interval-ms": "60000",
        "iceberg.tables.default-commit-branch": "audit",
        "consumer.override.max.poll.records": "1000",
        "errors.tolerance": "all",
        "errors.deadletterqueue.topic.name": "orders-failed",
    }
    template = stack(connect(plugin, configuration=given), **PROD)
    made = one(template, "aws_mskconnect_connector")["connector_configuration"]
    assert {key: made[key] for key in given} == given
    (statements,) = policies(template).values()
    assert is_allowed(statements, "kafka-cluster:WriteData", f"{TOPIC}orders-failed")
    assert not is_allowed(statements, "kafka-cluster:ReadData", f"{TOPIC}orders-failed")


def test_plugin_without_classes_is_rejected_unless_local(tmp_path: Path) -> None:
    folder, torn = tmp_path / "sink", tmp_path / "torn.zip"
    folder.mkdir()
    (folder / "README.md").write_text("jars belong here")
    torn.write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(ConstructError, match=r"contains no \.jar"):
        stack(connect(folder), **PROD)
    with pytest.raises(ConstructError, match="cannot be opened"):
        stack(connect(torn), **PROD)
    local = {"target": "local", "tier": "sandbox", "backend": {"kind": "local"}, "streaming": {"enabled": True}}
    assert one(stack(connect(folder), **local), "aws_mskconnect_connector")


def test_topics_of_two_clusters_are_rejected(plugin: Path) -> None:
    def build(s: Any) -> None:
        other = KafkaCluster(s, "Other").topic("returns")
        MskConnector(s, "Sink", table=table(s), plugin=plugin, topics=[orders(s), other])

    with pytest.raises(ConstructError, match="topics of 2 clusters: acme-prod-main, acme-prod-other"):
        stack(build, **PROD)


@pytest.mark.parametrize(
    "use",
    [
        lambda s, topic, code: FlinkApplication(s, "Enrich", code=code, main="main.py").read_topic(topic),
        lambda s, topic, code: topic.alarm_on_consumer_lag(group="loader"),
    ],
    ids=["flink", "alarm"],
)
def test_prefix_is_rejected_where_one_topic_is_required(use: Any, code: Path) -> None:
    with pytest.raises(ConstructError, match=r"'orders\.\*' is a prefix"):
        stack(lambda s: use(s, orders(s, "orders.*"), code), **PROD)


# Flink


def flink(code: Path, /, **arguments: Any) -> Callable[[Any], object]:
    def build(s: Any) -> None:
        app = FlinkApplication(s, "Enrich", **{"code": code, "main": "main.py", **arguments})
        app.read_topic(orders(s))
        app.write_table(table(s))

    return build


def test_flink_has_snapshots_and_vpc(code: Path) -> None:
    app = one(stack(flink(code), **PROD), "aws_kinesisanalyticsv2_application")
    assert app["runtime_environment"] == "FLINK-1_20"
    settings = app["application_configuration"]
    engine = settings["flink_application_configuration"]
    assert engine["checkpoint_configuration"]["checkpointing_enabled"] is True
    assert engine["checkpoint_configuration"]["checkpoint_interval"] == 60_000
    assert settings["application_snapshot_configuration"] == {"snapshots_enabled": True}
    assert len(settings["vpc_configuration"]["subnet_ids"]) == 3
    assert app["cloudwatch_logging_options"]["log_stream_arn"]
    groups = settings["environment_properties"]["property_group"]
    said = {group["property_group_id"]: group["property_map"] for group in groups}
    assert said["kinesis.analytics.flink.run.options"] == {"python": "main.py"}
    assert said["iceberg"]["table"] == "orders"
    assert said["kafka"]["group.id"] == "acme-prod-test-enrich"


def test_flink_has_security_group_and_logs(code: Path) -> None:
    template = stack(flink(code), **PROD)
    (statements,) = policies(template).values()
    logs, ec2 = "arn:aws:logs:eu-west-1:333333333333:log-group", "arn:aws:ec2:eu-west-1:333333333333"
    mine = f"{logs}:/acme-prod/flink/enrich"
    uploaded = resources(template, "aws_s3_object")["Enrich/Code/Object"]
    for action, resource, expected in (
        ("logs:DescribeLogGroups", f"{logs}:*", True),
        ("logs:DescribeLogStreams", f"{mine}:log-stream:*", True),
        ("logs:PutLogEvents", f"{mine}:log-stream:application", True),
        ("logs:PutLogEvents", f"{logs}:/acme-prod/flink/other:log-stream:application", False),
        ("logs:GetLogEvents", f"{mine}:log-stream:application", False),
        *((f"ec2:Describe{what}", "*", True) for what in ("Vpcs", "Subnets", "SecurityGroups", "DhcpOptions")),
        ("ec2:DescribeNetworkInterfaces", "*", True),
        *(
            ("ec2:CreateNetworkInterface", f"{ec2}:{what}/x-1", True)
            for what in ("network-interface", "subnet", "security-group")
        ),
        ("ec2:CreateNetworkInterfacePermission", f"{ec2}:network-interface/eni-1", True),
        ("ec2:DeleteNetworkInterface", f"{ec2}:network-interface/eni-1", True),
        ("ec2:AttachNetworkInterface", f"{ec2}:network-interface/eni-1", False),
        ("s3:GetObject", f"arn:aws:s3:::{uploaded['bucket']}/{uploaded['key']}", True),
        ("s3:GetObjectVersion", f"arn:aws:s3:::{uploaded['bucket']}/{uploaded['key']}", True),
        ("s3:GetObject", f"arn:aws:s3:::{uploaded['bucket']}/code/other.zip", False),
    ):
        assert is_allowed(statements, action, resource) is expected, (action, resource)


def test_flink_reads_its_topic_with_its_role(code: Path) -> None:
    (statements,) = policies(stack(flink(code), **PROD)).values()
    group = TOPIC.replace(":topic/", ":group/")
    assert is_allowed(statements, "kafka-cluster:ReadData", f"{TOPIC}orders")
    assert not is_allowed(statements, "kafka-cluster:WriteData", f"{TOPIC}orders")
    assert is_allowed(statements, "kafka-cluster:AlterGroup", f"{group}acme-prod-test-enrich")
    assert is_allowed(statements, "kafka-cluster:DescribeGroup", f"{group}acme-prod-test-enrich")
    assert is_allowed(statements, "kafka-cluster:DescribeTopic", f"{TOPIC}orders")
    assert not is_allowed(statements, "kafka-cluster:AlterGroup", f"{group}acme-prod-test-other")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"runtime": "FLINK-1_15"}, "not one of FLINK-1_18"),
        ({"runtime": "flink"}, "not one of FLINK-1_18"),
        ({"parallelism": 9}, "needs 9 KPU; max_kpu is 8"),
        ({"max_kpu": 65}, "max_kpu is 65"),
        ({"parallelism_per_kpu": 9}, "1 to 8 per KPU"),
        ({"checkpoint_seconds": 0}, "checkpoint_seconds 0"),
        ({"properties": {"sink": {"api.token": "x"}}}, "group sink: api.token holds a secret"),
        ({"properties": {"sink": {"url": "jdbc:mysql://h?password=x"}}}, "url: password holds a secret"),
        ({"code": "missing.jar"}, "is not a file"),
    ],
)
def test_invalid_flink_application_is_rejected(code: Path, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=words):
        stack(flink(code, **arguments), **PROD)


def test_zip_is_deterministic(code: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    made: list[Path] = []
    stack(lambda s: made.extend([create_zip(s, code), create_zip(s, code)]))
    (code / "main.py").touch()
    stack(lambda s: made.append(create_zip(s, code)))
    assert len({path.read_bytes() for path in made}) == 1
    (code / "main.py").write_text("print('other')\n")
    stack(lambda s: made.append(create_zip(s, code)))
    assert len(set(made)) == 2


# Schemas


def schema(file: Path, /, **arguments: Any) -> Callable[[Any], object]:
    return lambda s: Schema(
        s,
        "Order",
        **{"registry": "events", "subject": "orders-value", "file": file, "description": "An order", **arguments},
    )


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    file = tmp_path / "order.avsc"
    file.write_text(
        json.dumps({"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]}, indent=2)
    )
    return file


def test_schemas_are_backward_compatible_by_default(definition: Path) -> None:
    made = one(stack(schema(definition), **PROD), "aws_glue_schema")
    assert made["compatibility"] == "BACKWARD"
    assert made["data_format"] == "AVRO"
    assert made["registry_arn"] == "arn:aws:glue:eu-west-1:333333333333:registry/acme-prod-events"
    assert json.loads(made["schema_definition"])["name"] == "Order"


def test_schema_reader_may_not_register(definition: Path) -> None:
    def build(s: Any) -> None:
        from lakekit.iam import ServiceRole

        role = ServiceRole(s, "Reader", service="ecs-tasks", description="reads", name="reader")
        registry = SchemaRegistry(s, "Events")
        made = Schema(s, "Order", registry=registry, subject="orders-value", file=definition, description="An order")
        made.grant_read(role)

    statements = policies(stack(build, **PROD))["acme-prod-reader"]
    arn = "arn:aws:glue:eu-west-1:333333333333:schema/acme-prod-events/orders-value"
    assert is_allowed(statements, "glue:GetSchemaVersion", arn)
    assert not is_allowed(statements, "glue:RegisterSchemaVersion", arn)
    assert not is_allowed(statements, "glue:GetSchemaByDefinition", f"{arn}2")
    # A deserializer looks up the version id of the record, without a schema name.
    region = {"aws:RequestedRegion": "eu-west-1"}
    assert is_allowed(statements, "glue:GetSchemaVersion", "*", region)
    assert not is_allowed(statements, "glue:GetSchemaVersion", "*", {"aws:RequestedRegion": "us-east-1"})
    assert not is_allowed(statements, "glue:GetSchema", "*", region)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"compatibility": "NONE"}, "accepts every change"),
        ({"subject": "a b"}, "is not a valid subject"),
        ({"file": Path("order.txt")}, "not a schema file"),
        ({"file": Path("missing.avsc")}, "not a file"),
    ],
)
def test_invalid_schema_is_rejected(definition: Path, arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ConstructError, match=words):
        stack(schema(definition, **arguments), **PROD)


def test_malformed_definition_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "order.avsc"
    file.write_text("{")
    with pytest.raises(ConstructError, match="not valid JSON"):
        stack(schema(file), **PROD)
