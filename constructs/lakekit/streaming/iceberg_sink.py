"""The configuration of the Apache Iceberg sink for Kafka Connect."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from lakekit.bindings import Construct
from lakekit.catalog import IcebergTable
from lakekit.core.secret_checks import reject_plaintext_secrets_in_settings
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.streaming.table_writer import TableReference
from lakekit.streaming.worker_secrets import referenced
from lakekit_policies.shared.connector_settings import weaknesses

# Iceberg documentation, "Kafka Connect"; the class that its distribution ships.
SINK_CLASS: Final = "org.apache.iceberg.connect.IcebergSinkConnector"
_OPENING: Final = re.compile(r"\$\{(?!TfToken)")
_KAFKA_IAM: Final = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "AWS_MSK_IAM",
    "sasl.jaas.config": "software.amazon.msk.auth.iam.IAMLoginModule required;",
    "sasl.client.callback.handler.class": "software.amazon.msk.auth.iam.IAMClientCallbackHandler",
}


# Beginnings that we keep to ourselves: clients of Kafka, which table and which catalog, and names that are granted.
_RESERVED: Final = re.compile(
    r"name\Z|topics\.regex\Z|iceberg\.(?:catalog\Z|connect\.|coordinator\.|hadoop|kafka\.|table\.|tables\.dynamic"
    r"|tables\.route|tables\.auto-create|catalog\.(?:type|uri|client|glue\.|s3\.endpoint))"
    r"|(?:admin|consumer|producer)\.override\.(?:bootstrap|group|sasl|security|ssl|transactional)"
)
# What the construct only proposes.
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
        ConstructError: `further` sets what is decided here, holds a secret, which the configuration would show to
            whoever may describe it, opens a connection, or lets records get lost.
    """
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
        # The table is made by us, with its partitions and maintenance; records do not change it.
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
    if referenced(scope, further):
        # Otherwise workers restart the connector whenever a secret is due to be read again.
        own["config.action.reload"] = "none"
    _check(scope, own, further)
    # References are for Kafka Connect to resolve, not for Terraform.
    return {**own, **{key: _OPENING.sub("$${", value) for key, value in further.items()}}


def _check(scope: Construct, own: Mapping[str, str], further: Mapping[str, str]) -> None:
    taken = sorted(key for key in further if (key in own and key not in _OVERRIDABLE) or _RESERVED.match(key))
    if taken:
        raise ConstructError(
            scope,
            f"configuration sets {', '.join(taken)}, which the construct decides: its role and its table hang on it",
            fix="leave it out; topics, table and tasks are arguments, and clients speak IAM over TLS",
        )
    reject_plaintext_secrets_in_settings(
        scope,
        further,
        what="configuration",
        fix="name a config provider's reference such as ${secretsmanager:name:key}, or let the role do it",
    )
    for problem in weaknesses(further):
        fix = "leave it out: every client speaks TLS, and where errors are tolerated, records go to a dead-letter topic"
        raise ConstructError(scope, f"configuration {problem}", fix=fix)
