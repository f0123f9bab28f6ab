"""Returns from the shop's database into the lake: read over a Glue connection, merge into an Iceberg table.

Runs on Glue, which alone knows connections; user and password never pass through here. A run may be repeated: a return
that was read before is replaced.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f

MERGE = """
    MERGE INTO {target} AS kept USING read_now
    ON kept.return_id = read_now.return_id
    WHEN MATCHED THEN UPDATE SET *
    WHEN NOT MATCHED THEN INSERT *
"""


def shaped(source: DataFrame) -> DataFrame:
    """The shop's columns in the table's types; the latest state of each return, should the shop hold several."""
    return (
        source.groupBy(f.col("return_id").cast("bigint").alias("return_id"))
        .agg(f.max_by(f.struct("order_id", "returned_at", "country", "refund"), "returned_at").alias("last"))
        .select(
            "return_id",
            f.col("last.order_id").cast("bigint").alias("order_id"),
            f.col("last.returned_at").cast("timestamp").alias("returned_at"),
            f.upper("last.country").alias("country"),
            f.col("last.refund").cast("decimal(12, 2)").alias("refund"),
        )
    )


def run(spark: SparkSession, source: DataFrame, *, target: str) -> None:
    """Shape what was read and merge it into the table."""
    shaped(source).createOrReplaceTempView("read_now")
    spark.sql(MERGE.format(target=target))


def main(arguments: Sequence[str]) -> None:
    """The entry point."""
    from awsglue.context import GlueContext  # noqa: PLC0415  only where Glue is

    parser = argparse.ArgumentParser(description="Returns from the shop's database")
    parser.add_argument("--connection", required=True, help="the Glue connection to the shop")
    parser.add_argument("--returns", required=True, help="the table of returns, with its catalog")
    # Glue adds options of its own.
    options, _ = parser.parse_known_args(arguments)
    spark = SparkSession.builder.appName("shop-returns").getOrCreate()
    reader = GlueContext(spark.sparkContext).create_dynamic_frame
    source = reader.from_options(
        connection_type="postgresql",
        connection_options={
            "useConnectionProperties": "true",
            "connectionName": options.connection,
            "dbtable": "returns",
        },
    )
    run(spark, source.toDF(), target=options.returns)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
