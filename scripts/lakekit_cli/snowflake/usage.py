"""Credit usage by warehouse and by product."""

from __future__ import annotations

import json
from typing import Any

from lakekit.environment import Edition, Environment
from lakekit.environment.snowflake import DEPLOYER
from lakekit.snowflake.names import SnowflakeNames
from lakekit_cli.snowflake.connection import snowflake_settings
from lakekit_cli.snowflake.session import Session

# USD per credit: Snowflake consumption table, effective 2025-11-10. Other regions have no price here.
PRICES = {
    ("aws_us_east_1", Edition.STANDARD): 2.00,
    ("aws_us_east_1", Edition.ENTERPRISE): 3.00,
    ("aws_us_east_1", Edition.BUSINESS_CRITICAL): 4.00,
    ("aws_eu_west_1", Edition.STANDARD): 2.60,
    ("aws_eu_west_1", Edition.ENTERPRISE): 3.90,
    ("aws_eu_west_1", Edition.BUSINESS_CRITICAL): 5.20,
}


def by_warehouse(session: Session, environment: Environment, days: int) -> list[dict[str, Any]]:
    """Return the credits of each warehouse of the environment, in descending order."""
    prefix = SnowflakeNames(environment.names).prefix
    rows = session.rows(
        "SELECT WAREHOUSE_NAME, SUM(CREDITS_USED) AS CREDITS FROM SNOWFLAKE.ACCOUNT_USAGE.WAREHOUSE_METERING_HISTORY "
        f"WHERE START_TIME >= DATEADD('day', -{days:d}, CURRENT_TIMESTAMP()) "
        f"AND STARTSWITH(WAREHOUSE_NAME, 'WH_{prefix}_') GROUP BY WAREHOUSE_NAME ORDER BY CREDITS DESC"
    )
    return [{"name": row["warehouse_name"], "credits": float(row["credits"])} for row in rows]


def by_product(session: Session, environment: Environment, days: int) -> list[dict[str, Any]]:
    """Return the credits of queries by product, else service, else stack, in descending order.

    Queries are assigned by query tag. A query without a product in its tag that runs on a product's own warehouse is
    assigned to that product. Idle time belongs to no query, so the sum is less than that of the warehouses.
    """
    names = SnowflakeNames(environment.names)
    prefix = names.prefix
    shared = {names.warehouse(workload) for workload in (DEPLOYER, *snowflake_settings(environment).workloads)}
    rows = session.rows(
        "SELECT QUERY_TAG, WAREHOUSE_NAME, SUM(CREDITS_ATTRIBUTED_COMPUTE) AS CREDITS "
        "FROM SNOWFLAKE.ACCOUNT_USAGE.QUERY_ATTRIBUTION_HISTORY "
        f"WHERE START_TIME >= DATEADD('day', -{days:d}, CURRENT_TIMESTAMP()) "
        f"AND STARTSWITH(WAREHOUSE_NAME, 'WH_{prefix}_') GROUP BY QUERY_TAG, WAREHOUSE_NAME"
    )
    found: dict[str, float] = {}
    for row in rows:
        name, warehouse = query_tag_label(row["query_tag"]), str(row["warehouse_name"])
        if not name.startswith("product ") and warehouse not in shared:
            name = f"product {warehouse.removeprefix(f'WH_{prefix}_').lower()}"
        found[name] = found.get(name, 0.0) + float(row["credits"])
    return [{"name": name, "credits": used} for name, used in sorted(found.items(), key=lambda item: -item[1])]


def query_tag_label(tag: Any) -> str:
    """Return the group of a query tag: `product …`, `service …`, `stack …` or `untagged`."""
    try:
        content = json.loads(tag or "")
    except ValueError:
        return "untagged"
    if not isinstance(content, dict):
        return "untagged"
    for key in ("product", "service", "stack"):
        if content.get(key):
            return f"{key} {content[key]}"
    return "untagged"


def price_per_credit(environment: Environment) -> float | None:
    """Return USD per credit, or None if no price is known."""
    settings = snowflake_settings(environment)
    return PRICES.get((settings.region, settings.edition))
