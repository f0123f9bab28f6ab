"""The sample Flink job: what it is told becomes its statements, and nothing is left open in them."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

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


def test_three_statements_with_nothing_left_open(job: ModuleType) -> None:
    source, catalog, insert = job.statements(job.properties(json.dumps(GROUPS)))
    assert "'topic' = 'sales.order-events'" in source
    assert "'properties.bootstrap.servers' = 'b-1:9098,b-2:9098'" in source
    assert "'properties.security.protocol' = 'SASL_SSL'" in source
    assert "'warehouse' = 's3://lake/'" in catalog
    assert insert.startswith("INSERT INTO lake.`acme_dev_curated`.`order_minutes`")
    assert not [text for text in (source, catalog, insert) if "{" in text or "}" in text]


def test_a_quote_in_a_value_stays_in_its_literal(job: ModuleType) -> None:
    groups = job.properties(json.dumps(GROUPS))
    groups["kafka"]["topic"] = "a' , 'scan.startup.mode' = 'x"
    (source, _, _) = job.statements(groups)
    assert "'topic' = 'a'' , ''scan.startup.mode'' = ''x'" in source


def test_it_needs_to_be_told_where(job: ModuleType) -> None:
    with pytest.raises(KeyError, match="iceberg"):
        job.statements(job.properties(json.dumps(GROUPS[:1])))
