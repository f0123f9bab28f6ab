"""The Glue jobs of returns on real Spark with Iceberg, without the connection, which exists on Glue only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from test_spark_job_runs import local_configuration, request, submit, written

pytestmark = [pytest.mark.spark, pytest.mark.full]
JOBS = Path(__file__).parents[2] / "stacks" / "domains" / "jobs"
# Return 1 came twice: as it was announced, and as it was refunded. Return 3 has no country.
DRIVER = f"""
import sys
sys.path.insert(0, {str(JOBS)!r})
import daily_returns, shop_returns
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
for zone in ("curated", "consumption"):
    spark.sql(f"CREATE NAMESPACE IF NOT EXISTS lake.{{zone}}")
spark.sql("CREATE TABLE lake.curated.returns (return_id BIGINT NOT NULL, order_id BIGINT, returned_at TIMESTAMP, "
          "country STRING, refund DECIMAL(12, 2)) USING iceberg PARTITIONED BY (months(returned_at))")
spark.sql("CREATE TABLE lake.consumption.daily_returns (day DATE NOT NULL, country STRING NOT NULL, returns BIGINT, "
          "refunds DECIMAL(18, 2)) USING iceberg PARTITIONED BY (months(day))")
def shop(rows):
    return spark.sql(f"SELECT * FROM VALUES {{rows}} AS t (return_id, order_id, returned_at, country, refund)")
first = shop("(1, 10, TIMESTAMP'2026-03-01 08:00:00Z', 'de', 5.0), (1, 10, TIMESTAMP'2026-03-02 09:00:00Z', 'de', 7.5),"
             "(2, 11, TIMESTAMP'2026-03-02 23:30:00Z', 'DE', 2.5), (3, 12, TIMESTAMP'2026-03-02 10:00:00Z', NULL, 9.0)")
shop_returns.run(spark, first, target="lake.curated.returns")
again = shop("(2, 11, TIMESTAMP'2026-03-02 23:45:00Z', 'DE', 3.0), (4, 13, TIMESTAMP'2026-03-03 00:10:00Z', 'FR', 1.0)")
shop_returns.run(spark, again, target="lake.curated.returns")
for _ in range(2):
    daily_returns.main(["--returns", "lake.curated.returns", "--refunds", "lake.consumption.daily_returns",
                        "--TempDir", "what Glue adds"])
    spark = SparkSession.builder.getOrCreate()
"""


def test_returns_jobs_merge_and_aggregate(tmp_path: Path) -> None:
    (defaults,) = request()["ConfigurationOverrides"]["ApplicationConfiguration"]
    configuration = local_configuration(defaults["Properties"], tmp_path / "warehouse")
    driver = tmp_path / "driver.py"
    driver.write_text(DRIVER)
    submit({**configuration, "spark.sql.session.timeZone": "UTC"}, driver)

    returns = written(tmp_path / "warehouse" / "curated" / "returns").scan().to_arrow().to_pylist()
    assert {row["return_id"]: (row["country"], row["refund"]) for row in returns} == {
        1: ("DE", Decimal("7.50")),
        2: ("DE", Decimal("3.00")),
        3: (None, Decimal("9.00")),
        4: ("FR", Decimal("1.00")),
    }
    assert len(returns) == 4
    (second,) = [row["returned_at"] for row in returns if row["return_id"] == 2]
    assert second.replace(tzinfo=None) == datetime(2026, 3, 2, 23, 45)
    refunds = written(tmp_path / "warehouse" / "consumption" / "daily_returns").scan().to_arrow().to_pylist()
    assert sorted((row["day"], row["country"], row["returns"], row["refunds"]) for row in refunds) == [
        (date(2026, 3, 2), "DE", 2, Decimal("10.50")),
        (date(2026, 3, 3), "FR", 1, Decimal("1.00")),
    ]
