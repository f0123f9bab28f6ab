"""The sample Flink job: its properties become SQL statements without placeholders."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree

import jsonschema
import pytest

CODE = Path(__file__).parents[2] / "stacks" / "domains" / "flink" / "order_minutes" / "main.py"
GROUPS = [
    {
        "PropertyGroupId": "kafka",
        "PropertyMap": {"bootstrap.servers": "b-1:9098,b-2:9098", "topic": "sales.order-events", "group.id": "minutes"},
    },
    {
        "PropertyGroupId": "iceberg",
        "PropertyMap": {
            "database": "acme_dev_curated",
            "table": "order_minutes",
            "warehouse": "s3://lake/",
            "region": "eu-west-1",
        },
    },
]


@pytest.fixture(scope="module")
def job() -> ModuleType:
    spec = importlib.util.spec_from_file_location("order_minutes", CODE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_statements_have_no_placeholders(job: ModuleType) -> None:
    source, catalog, insert = job.statements(job.properties(json.dumps(GROUPS)))
    assert "'topic' = 'sales.order-events'" in source
    assert "'properties.bootstrap.servers' = 'b-1:9098,b-2:9098'" in source
    assert "'properties.security.protocol' = 'SASL_SSL'" in source
    assert "'warehouse' = 's3://lake/'" in catalog
    assert insert.startswith("INSERT INTO lake.`acme_dev_curated`.`order_minutes`")
    assert not [text for text in (source, catalog, insert) if "{" in text or "}" in text]


def test_quotes_are_escaped(job: ModuleType) -> None:
    groups = job.properties(json.dumps(GROUPS))
    groups["kafka"]["topic"] = "a' , 'scan.startup.mode' = 'x"
    (source, _, _) = job.statements(groups)
    assert "'topic' = 'a'' , ''scan.startup.mode'' = ''x'" in source


def test_job_requires_its_settings(job: ModuleType) -> None:
    with pytest.raises(KeyError, match="iceberg"):
        job.statements(job.properties(json.dumps(GROUPS[:1])))


def test_connector_dependencies() -> None:
    project = ElementTree.parse(CODE.with_name("pom.xml"))
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    artifacts = {found.text for found in project.iterfind(".//m:dependency/m:artifactId", space)}
    # The SQL connector shades Kafka: its client does not accept the IAM callback handler.
    assert {"flink-connector-kafka", "flink-connector-base", "aws-msk-iam-auth"} <= artifacts
    assert not {name for name in artifacts if name and name.startswith("flink-sql-")}
    # Iceberg's catalog factory loads Hadoop's Configuration through HadoopUtils, and Flink loads its own first.
    assert {"flink-s3-fs-hadoop", "flink-hadoop-fs"} <= artifacts
    moved = {found.text for found in project.iterfind(".//m:relocation/m:pattern", space)}
    assert moved == {"org.apache.flink.runtime.util.HadoopUtils", "org.apache.hadoop.conf"}


def test_timestamps_are_utc() -> None:
    schema = json.loads((CODE.parents[2] / "schemas" / "order_event.json").read_text())
    moment = schema["properties"]["happened_at"]
    jsonschema.validate("2026-03-01T12:00:00.250Z", moment)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate("2026-03-01T13:00:00+01:00", moment)
