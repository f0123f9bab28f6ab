"""The sample job on real Spark with Iceberg, by spark-submit with its EMR Serverless request."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.table import StaticTable
from stack_builder import stack

from lakekit.processing import SparkJob, SparkServerless
from lakekit.testing import resources
from lakekit_cli.smoke.dataset import SAMPLE

pytestmark = pytest.mark.spark
ROOT = Path(__file__).parents[2]
ENTRY_POINT = ROOT / "stacks" / "domains" / "jobs" / "daily_revenue.py"
ORDERS, REVENUE = "lake.acme_dev_curated.orders", "lake.acme_dev_consumption.daily_revenue"
PREPARE = f"""
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.acme_dev_curated")
spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.acme_dev_consumption")
spark.read.parquet(sys.argv[1]).writeTo("{ORDERS}").using("iceberg").create()
spark.sql("CREATE TABLE {REVENUE} (day DATE, country STRING, orders BIGINT, pieces BIGINT, revenue DECIMAL(18, 2)) "
          "USING iceberg PARTITIONED BY (day)")
"""


def request() -> dict[str, Any]:
    """What EventBridge Scheduler sends to EMR Serverless for this job."""

    def build(s: Any) -> None:
        SparkJob(
            s,
            "DailyRevenue",
            entry_point=ENTRY_POINT,
            runtime=SparkServerless(s, "Main", max_vcpu=32),
            arguments=["--orders", ORDERS, "--revenue", REVENUE],
            schedule="cron(0 4 * * ? *)",
        )

    (schedule,) = resources(stack(build), "aws_scheduler_schedule").values()
    sent: dict[str, Any] = json.loads(schedule["target"]["input"])
    return sent


def local_configuration(properties: dict[str, str], warehouse: Path) -> dict[str, str]:
    """The job's own Spark properties, with the catalog in a folder in place of Glue and S3, and Iceberg from PyPI."""
    package = find_spec("snowpark_connect_deps_iceberg")
    assert package is not None
    assert package.submodule_search_locations
    jars = Path(next(iter(package.submodule_search_locations))) / "jars"
    (jar,) = jars.glob("iceberg-spark-runtime-3.5_2.12-*.jar")
    catalog = "spark.sql.catalog.lake"
    away = ("catalog-impl", "io-impl", "glue.id", "client.region")
    kept = {k: v for k, v in properties.items() if k not in {f"{catalog}.{name}" for name in away}}
    here = {f"{catalog}.type": "hadoop", f"{catalog}.warehouse": str(warehouse), "spark.jars": str(jar)}
    small = {"spark.driver.memory": "1g", "spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "2"}
    return {**kept, **here, **small, "spark.driver.cores": "2", "spark.driver.host": "127.0.0.1"}


def submit(configuration: dict[str, str], script: Path, *arguments: str) -> None:
    pyspark = find_spec("pyspark")
    assert pyspark is not None
    assert pyspark.origin is not None
    command = [str(Path(pyspark.origin).parent / "bin" / "spark-submit"), "--master", "local[2]"]
    for key, value in configuration.items():
        command += ["--conf", f"{key}={value}"]
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    done = subprocess.run(
        [*command, str(script), *arguments], capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr[-4000:]


def test_sample_job_runs_with_its_emr_serverless_request(tmp_path: Path) -> None:
    assert shutil.which("java"), "Spark needs Java 17 on PATH"
    sent = request()
    (defaults,) = sent["ConfigurationOverrides"]["ApplicationConfiguration"]
    configuration = local_configuration(defaults["Properties"], tmp_path / "warehouse")
    driver = sent["JobDriver"]["SparkSubmit"]
    assert driver["EntryPoint"].endswith("/daily_revenue.py")

    sample = find_spec("lakekit_cli.smoke")
    assert sample is not None
    assert sample.origin is not None
    prepare = tmp_path / "prepare.py"
    prepare.write_text(PREPARE)
    submit(configuration, prepare, str(Path(sample.origin).parent / "data" / SAMPLE))
    submit(configuration, ENTRY_POINT, *driver["EntryPointArguments"])
    submit(configuration, ENTRY_POINT, *driver["EntryPointArguments"], "--since", "2026-03-10")

    table = written(tmp_path / "warehouse" / "acme_dev_consumption" / "daily_revenue")
    assert len(table.metadata.snapshots) == 2
    rows = [
        (str(row["day"]), row["country"], row["orders"], row["pieces"], str(row["revenue"]))
        for row in table.scan().to_arrow().to_pylist()
    ]
    assert set(rows) == expected()
    # The second run replaced the days that it recomputed.
    assert len(rows) == len({row[:2] for row in rows})


def written(folder: Path) -> StaticTable:
    """The table that Spark wrote, by a reader of its own."""
    version = (folder / "metadata" / "version-hint.text").read_text().strip()
    return StaticTable.from_metadata(str(folder / "metadata" / f"v{version}.metadata.json"))


def expected() -> set[tuple[str, str, int, int, str]]:
    """The same sums by DuckDB."""
    import duckdb

    from lakekit_cli.smoke.dataset import sample

    lines = sample()
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.register("lines", lines)
        rows = connection.execute(
            "SELECT CAST(ordered_at AS DATE), country, count(DISTINCT order_id), sum(quantity), "
            "sum(quantity * unit_price) FROM lines GROUP BY ALL"
        ).fetchall()
    return {(str(d), c, o, int(q), str(Decimal(r).quantize(Decimal("0.01")))) for d, c, o, q, r in rows}
