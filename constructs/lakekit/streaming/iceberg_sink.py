"""The configuration of the Apache Iceberg sink for Kafka Connect."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lakekit.bindings import Construct
from lakekit.catalog import IcebergTable
from lakekit.errors import ConstructError
from lakekit.stack import environment_of
from lakekit.streaming.table_writer import TableReference

# Iceberg documentation, "Kafka Connect"; the class that its distribution ships.
SINK_CLASS: Final = "org.apache.iceberg.connect.IcebergSinkConnector"
_SECRET: Final = re.compile(r"(password|secret|token|access[._-]?key|private[._-]?key|credential)", re.IGNORECASE)
_REFERENCE: Final = re.compile(r"\$\{[a-zA-Z-]+:[^}]+\}")
_OPENING: Final = re.compile(r"\$\{(?!TfToken)")
_KAFKA_IAM: Final = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "AWS_MSK_IAM",
    "sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
    "sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
}


def control_group(name: str) -> str:
    """What the groups begin with that a connector's tasks read the control topic as; a random uuid follows."""
    return f"{name}-control-"


def transaction_prefix(name: str) -> str:
    """What a connector's transactional ids begin with; `coordinator` or `worker`, `-txn-` and a uuid follow."""
    return f"{name}-"


def sink_configuration(
    scope: Construct,
    *,
    name: str,
    brokers: str,
    topics: Sequence[str],
    table: IcebergTable | TableReference,
    control_topic: str,
    tasks: int,
    further: Mapping[str, str],
) -> dict[str, str]:
    """Connector configuration: JSON records of topics, appended to one table, committed every five minutes.

    Raises:
        ConstructError: `further` holds a credential, which the configuration would show to whoever may describe it.
    """
    for key, value in further.items():
        if _SECRET.search(key) and not _REFERENCE.search(value):
            raise ConstructError(
                scope,
                f"configuration {key} is a credential in clear text",
                fix="name a config provider's reference such as ${secretsmanager:name:key}, or let the role do it",
            )
    region = environment_of(scope).region
    bucket = table.location.removeprefix("s3://").partition("/")[0]
    own = {
        "connector.class": SINK_CLASS,
        "tasks.max": str(tasks),
        "topics": ",".join(topics),
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "false",
        "iceberg.tables": f"{table.database_name}.{table.name}",
        # The table is made by us, with its partitions and upkeep; records do not change it.
        "iceberg.tables.auto-create-enabled": "false",
        "iceberg.tables.evolve-schema-enabled": "false",
        "iceberg.catalog.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        "iceberg.catalog.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        "iceberg.catalog.client.region": region,
        "iceberg.catalog.warehouse": f"s3://{bucket}/",
        "iceberg.control.topic": control_topic,
        "iceberg.control.group-id-prefix": control_group(name),
        "iceberg.control.commit.interval-ms": "300000",
        "iceberg.coordinator.transactional.prefix": transaction_prefix(name),
        "iceberg.kafka.bootstrap.servers": brokers,
        **{f"iceberg.kafka.{key}": value for key, value in _KAFKA_IAM.items()},
    }
    # References are for Kafka Connect to resolve, not for Terraform.
    return {**own, **{key: _OPENING.sub("$${", value) for key, value in further.items()}}
