"""Configuration of the Apache Iceberg sink for Kafka Connect."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lakekit.bindings import Construct
from lakekit.catalog import IcebergTable, TableReference
from lakekit.core.secret_checks import reject_plaintext_secrets_in_settings
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.streaming.topic import Topic
from lakekit.streaming.worker_secrets import referenced
from lakekit_policies.shared.connector_settings import weaknesses

# Class of the distribution (Iceberg documentation, "Kafka Connect").
SINK_CLASS: Final = "org.apache.iceberg.connect.IcebergSinkConnector"
_OPENING: Final = re.compile(r"\$\{(?!TfToken)")
_KAFKA_IAM: Final = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "AWS_MSK_IAM",
    "sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
    "sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
}


# Reserved prefixes: Kafka clients, the table, the catalog, and names for which the role has grants.
_RESERVED: Final = re.compile(
    r"name\Z|topics\.regex\Z|iceberg\.(?:catalog\Z|connect\.|coordinator\.|hadoop|kafka\.|table\.|tables\.dynamic"
    r"|tables\.route|tables\.auto-create|catalog\.(?:type|uri|client|glue\.|s3\.endpoint))"
    r"|(?:admin|consumer|producer)\.override\.(?:bootstrap|group|sasl|security|ssl|transactional)"
)
# Defaults that a configuration may override.
_OVERRIDABLE: Final = frozenset(
    (
        "config.action.reload",
        "key.converter",
        "value.converter",
        "value.converter.schemas.enable",
        "iceberg.control.commit.interval-ms",
    )
)


def control_group(name: str) -> str:
    """Return the prefix of the consumer groups that read the control topic; a random UUID follows."""
    return f"{name}-control-"


def transaction_prefix(name: str) -> str:
    """Return the prefix of transactional ids; `coordinator` or `worker`, `-txn-` and a UUID follow."""
    return f"{name}-"


def sink_configuration(
    scope: Construct,
    *,
    name: str,
    brokers: str,
    topics: Sequence[Topic],
    table: IcebergTable | TableReference,
    control_topic: str,
    tasks: int,
    overrides: Mapping[str, str],
) -> dict[str, str]:
    """Return the connector configuration: JSON records, appended to one table, committed every five minutes.

    Raises:
        ConstructError: `overrides` sets a reserved key, contains a secret (everyone who may describe the connector
            could read it), disables TLS, or allows records to be lost.
    """
    region = environment_of(scope).region
    bucket = table.location.removeprefix("s3://").partition("/")[0]
    own = {
        "connector.class": SINK_CLASS,
        "tasks.max": str(tasks),
        "topics": ",".join(topic.name for topic in topics),
        "key.converter": "org.apache.kafka.connect.storage.StringConverter",
        "value.converter": "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable": "false",
        "iceberg.tables": f"{table.database_name}.{table.name}",
        # Terraform creates the table with its partitions and maintenance; records do not change its schema.
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
    if referenced(scope, overrides):
        # Otherwise workers restart the connector each time a secret expires from their cache.
        own["config.action.reload"] = "none"
    _check(scope, own, overrides)
    # Kafka Connect resolves the references, not Terraform.
    return {**own, **{key: _OPENING.sub("$${", value) for key, value in overrides.items()}}


def _check(scope: Construct, own: Mapping[str, str], overrides: Mapping[str, str]) -> None:
    reserved = sorted(key for key in overrides if (key in own and key not in _OVERRIDABLE) or _RESERVED.match(key))
    if reserved:
        raise ConstructError(
            scope,
            f"configuration sets {', '.join(reserved)}, reserved by the construct for its role and its table",
            fix="remove it; topics, table and tasks are arguments, and clients use IAM over TLS",
        )
    reject_plaintext_secrets_in_settings(
        scope,
        overrides,
        what="configuration",
        fix="use a config provider reference such as ${secretsmanager:name:key}, or grant the role access",
    )
    for problem in weaknesses(overrides):
        fix = "remove it: every client uses TLS, and tolerated errors require a dead-letter topic"
        raise ConstructError(scope, f"configuration {problem}", fix=fix)
