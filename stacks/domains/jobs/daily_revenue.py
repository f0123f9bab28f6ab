"""Revenue a day and country, from order lines: read one Iceberg table, merge into another.

The same file runs on EMR Serverless, on Glue and on a laptop: the catalog `lake` and everything about it comes from
Spark's configuration, the tables from arguments.

    spark-submit daily_revenue.py --orders lake.acme_dev_curated.orders \
        --revenue lake.acme_dev_consumption.daily_revenue [--since 2026-03-01]

A run may be repeated: days that are computed again replace what was there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

MERGE = """
    MERGE INTO {target} AS kept USING computed
    ON kept.day = computed.day AND kept.country = computed.country
    WHEN MATCHED THEN UPDATE SET *
    WHEN NOT MATCHED THEN INSERT *
"""


def revenue(orders: DataFrame) -> DataFrame:
    """One row for each day (UTC) and country: orders, pieces, and euros."""
    return (
        orders.where(f.col("country").isNotNull())
        .groupBy(f.to_date("ordered_at").alias("day"), "country")
        .agg(
            f.countDistinct("order_id").alias("orders"),
            f.sum(f.col("quantity").cast("bigint")).alias("pieces"),
            f.sum(f.col("quantity") * f.col("unit_price")).cast("decimal(18, 2)").alias("revenue"),
        )
    )


def run(spark: SparkSession, *, orders: str, target: str, since: date | None = None) -> None:
    """Compute and merge.

    Args:
        spark: a session that knows the catalog.
        orders: the table of order lines.
        target: the table of revenue.
        since: only days from here on; all without it.
    """
    lines = spark.table(orders)
    if since is not None:
        # Iceberg prunes by its day partitions.
        lines = lines.where(f.col("ordered_at") >= f.lit(since.isoformat()).cast("timestamp"))
    revenue(lines).createOrReplaceTempView("computed")
    spark.sql(MERGE.format(target=target))


def main(arguments: Sequence[str]) -> None:
    """The entry point."""
    parser = argparse.ArgumentParser(description="Revenue a day and country")
    parser.add_argument("--orders", required=True, help="the table of order lines, with its catalog")
    parser.add_argument("--revenue", required=True, help="the table of revenue, with its catalog")
    parser.add_argument("--since", type=date.fromisoformat, help="first day to compute, such as 2026-03-01")
    # Glue adds options of its own.
    options, _ = parser.parse_known_args(arguments)
    spark = SparkSession.builder.appName("daily-revenue").getOrCreate()
    run(spark, orders=options.orders, target=options.revenue, since=options.since)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
