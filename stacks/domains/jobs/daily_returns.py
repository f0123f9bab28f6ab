"""Refunds a day and country, from returns: read one Iceberg table, merge into another."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

MERGE = """
    MERGE INTO {target} AS kept USING computed
    ON kept.day = computed.day AND kept.country = computed.country
    WHEN MATCHED THEN UPDATE SET *
    WHEN NOT MATCHED THEN INSERT *
"""


def refunds(returns: DataFrame) -> DataFrame:
    """One row for each day (UTC) and country: how many returns, and how many euros went back."""
    return (
        returns.where(f.col("country").isNotNull())
        .groupBy(f.to_date("returned_at").alias("day"), "country")
        .agg(f.count("*").alias("returns"), f.sum("refund").cast("decimal(18, 2)").alias("refunds"))
    )


def run(spark: SparkSession, *, returns: str, target: str) -> None:
    """Compute and merge."""
    refunds(spark.table(returns)).createOrReplaceTempView("computed")
    spark.sql(MERGE.format(target=target))


def main(arguments: Sequence[str]) -> None:
    """The entry point."""
    parser = argparse.ArgumentParser(description="Refunds a day and country")
    parser.add_argument("--returns", required=True, help="the table of returns, with its catalog")
    parser.add_argument("--refunds", required=True, help="the table of refunds, with its catalog")
    # Glue adds options of its own.
    options, _ = parser.parse_known_args(arguments)
    spark = SparkSession.builder.appName("daily-returns").getOrCreate()
    run(spark, returns=options.returns, target=options.refunds)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
