"""Revenue per day and country, from one Iceberg table into another."""

from __future__ import annotations

import argparse

from pyspark.sql import SparkSession

MERGE = """
MERGE INTO {revenue} AS target
USING (SELECT to_date(ordered_at) AS day, country, sum(amount) AS revenue FROM {orders} GROUP BY 1, 2) AS source
ON target.day = source.day AND target.country = source.country
WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *
"""


def main() -> None:
    """Read the table names from the arguments and merge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", required=True)
    parser.add_argument("--revenue", required=True)
    given = parser.parse_args()
    SparkSession.builder.getOrCreate().sql(MERGE.format(orders=given.orders, revenue=given.revenue))


if __name__ == "__main__":
    main()
