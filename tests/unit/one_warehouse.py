"""An environment with Snowflake, its two stacks, and products to vary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lakekit.bindings import cdktf
from lakekit.catalog import Column
from lakekit.environment import Environment
from lakekit.stack import LakehouseStack
from lakekit.testing import Template, environment, load, synthesize
from lakekit.warehouse import LakeTable, SnowflakeProduct, WarehouseStack

KEY = "MII" + "A" * 389
NEXT_KEY = "MII" + "B" * 389
STACKS = Path(__file__).parents[2] / "stacks"

ROLES: dict[str, Any] = {
    "analyst": {
        "trusted": ["sso-analyst"],
        "read": {"zone": ["curated", "consumption"], "classification": ["public", "internal"]},
    },
    "eu-analyst": {
        "trusted": ["sso-analyst"],
        "by_rows": True,
        "read": {"zone": ["curated"], "classification": ["public", "internal"]},
    },
    "engineer": {
        "trusted": ["sso-engineer"],
        "read": {"zone": ["raw", "curated", "consumption"]},
        "write": {"zone": ["curated"], "classification": ["public", "internal"]},
    },
}
ORDERS = LakeTable(
    "orders",
    columns=[
        Column("order_id", "long"),
        Column("country", "string"),
        Column("customer_email", "string"),
        Column("unit_price", "decimal(12, 2)"),
    ],
    column_classifications={"customer_email": "restricted"},
    rows={"eu-analyst": "country IN ('DE', 'FR')"},
)


def on_snowflake(
    *, roles: dict[str, Any] | None = None, warehouse: dict[str, Any] | None = None, **more: Any
) -> Environment:
    """An environment whose file has a warehouse section."""
    section = {
        "organization": "acmeorg",
        "account": "lake_dev",
        "region": "aws_eu_west_1",
        "edition": "enterprise",
        "allowed_networks": ["203.0.113.0/24"],
        **(warehouse or {}),
    }
    governance = {
        "administrators": ["deployer"],
        "domains": ["platform", "sales"],
        "roles": ROLES if roles is None else roles,
    }
    return environment(**{"warehouse": section, "governance": governance, **more})


def stack(build: Callable[[WarehouseStack], object], env: Environment | None = None) -> Template:
    """The JSON of a stack `test-warehouse` of the sales domain, filled by `build`."""

    def make(app: Any) -> LakehouseStack:
        made = WarehouseStack(app, env or on_snowflake(), "test-warehouse", domain="sales")
        build(made)
        return made

    return synthesize(make)


def product(env: Environment | None = None, tables: Sequence[LakeTable] = (ORDERS,), **arguments: Any) -> Template:
    """The JSON of a stack with one product called Orders in the curated zone."""
    given = {"zone": "curated", "description": "Orders", **arguments}
    return stack(lambda s: SnowflakeProduct(s, "Orders", tables=tables, **given), env)


def platform(env: Environment | None = None) -> Template:
    """The JSON of the reference deployment's platform stack on Snowflake."""
    sys.path.insert(0, str(STACKS))
    try:
        from foundation.warehouse import SnowflakeStack
    finally:
        sys.path.remove(str(STACKS))
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    made = SnowflakeStack(app, env or on_snowflake())
    return load(made)


def total(template: Template) -> int:
    """How many resources a stack has."""
    return sum(len(named) for named in template["resource"].values())
