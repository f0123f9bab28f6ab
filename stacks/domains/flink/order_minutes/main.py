"""Orders per minute and country: a Kafka topic in, an Iceberg table out, as three SQL statements.

Where it reads and writes comes from the application's property groups `kafka` and `iceberg`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

PROPERTIES = Path(os.environ.get("FLINK_PROPERTIES", "/etc/flink/application_properties.json"))

SOURCE = """
CREATE TEMPORARY TABLE order_events (
  event_id STRING,
  order_id BIGINT,
  kind STRING,
  happened_at TIMESTAMP_LTZ(3),
  country STRING,
  amount DECIMAL(12, 2),
  WATERMARK FOR happened_at AS happened_at - INTERVAL '30' SECOND
) WITH (
  'connector' = 'kafka',
  'topic' = '{topic}',
  'properties.bootstrap.servers' = '{bootstrap.servers}',
  'properties.group.id' = '{group.id}',
  'properties.security.protocol' = 'SASL_SSL',
  'properties.sasl.mechanism' = 'AWS_MSK_IAM',
  'properties.sasl.jaas.config' = 'software.amazon.msk.auth.iam.IAMLoginModule required;',
  'properties.sasl.client.callback.handler.class' = 'software.amazon.msk.auth.iam.IAMClientCallbackHandler',
  'scan.startup.mode' = 'group-offsets',
  'properties.auto.offset.reset' = 'earliest',
  'format' = 'json',
  'json.timestamp-format.standard' = 'ISO-8601',
  'json.ignore-parse-errors' = 'false'
)
"""

CATALOG = """
CREATE CATALOG lake WITH (
  'type' = 'iceberg',
  'catalog-impl' = 'org.apache.iceberg.aws.glue.GlueCatalog',
  'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
  'warehouse' = '{warehouse}',
  'client.region' = '{region}'
)
"""

INSERT = """
INSERT INTO lake.`{database}`.`{table}`
SELECT CAST(window_start AS TIMESTAMP(6)), country, COUNT(*), SUM(amount)
FROM TABLE(TUMBLE(TABLE order_events, DESCRIPTOR(happened_at), INTERVAL '1' MINUTE))
WHERE kind = 'placed' AND country IS NOT NULL
GROUP BY window_start, window_end, country
"""


def properties(text: str) -> dict[str, dict[str, str]]:
    """The property groups of the application, as Managed Flink writes them."""
    return {group["PropertyGroupId"]: group["PropertyMap"] for group in json.loads(text)}


def statements(groups: dict[str, dict[str, str]]) -> list[str]:
    """The statements of the job, in order."""
    return [
        _filled(SOURCE, groups["kafka"]),
        _filled(CATALOG, groups["iceberg"]),
        _filled(INSERT, groups["iceberg"]),
    ]


def _filled(statement: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        # A quote in a value would end the literal it stands in.
        statement = statement.replace("{" + name + "}", value.replace("'", "''"))
    return statement.strip()


def main() -> None:
    """Run the job."""
    from pyflink.table import EnvironmentSettings, TableEnvironment  # noqa: PLC0415  only where Flink is

    table_environment = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    table_environment.get_config().set("table.local-time-zone", "UTC")
    # A partition without events would hold back the watermark, and so every minute of all the others.
    table_environment.get_config().set("table.exec.source.idle-timeout", "60 s")
    for statement in statements(properties(PROPERTIES.read_text(encoding="utf-8"))):
        table_environment.execute_sql(statement)


if __name__ == "__main__":
    main()
