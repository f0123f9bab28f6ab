"""An environment with Snowflake, its two stacks, and products to vary."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from lakekit.bindings import cdktf
from lakekit.catalog import Column, GovernedTable
from lakekit.core.stack import LakehouseStack
from lakekit.environment import Environment
from lakekit.snowflake import SnowflakeProduct, SnowflakeSchema, SnowflakeStack
from lakekit.testing import Template, environment, load, resources, synthesize

KEY = "MII" + "A" * 389
NEXT_KEY = "MII" + "B" * 389
STACKS = Path(__file__).parents[2] / "stacks"

ROLES: dict[str, Any] = {
    "analyst": {
        "trusted_principals": ["sso-analyst"],
        "read": {"zone": ["curated", "consumption"], "classification": ["public", "internal"]},
    },
    "eu-analyst": {
        "trusted_principals": ["sso-analyst"],
        "row_filtered": True,
        "read": {"zone": ["curated"], "classification": ["public", "internal"]},
    },
    "engineer": {
        "trusted_principals": ["sso-engineer"],
        "read": {"zone": ["raw", "curated", "consumption"]},
        "write": {"zone": ["curated"]},
    },
}
ORDERS = GovernedTable(
    "orders",
    description="One row per order",
    columns=[
        Column("order_id", "long"),
        Column("country", "string"),
        Column("customer_email", "string"),
        Column("unit_price", "decimal(12, 2)"),
    ],
    column_classifications={"customer_email": "restricted"},
    row_filters={"eu-analyst": "country IN ('DE', 'FR')"},
)


def environment_with_snowflake(
    *, roles: dict[str, Any] | None = None, snowflake: dict[str, Any] | None = None, **more: Any
) -> Environment:
    """An environment with a snowflake section."""
    section = {
        "organization": "acmeorg",
        "account": "lake_dev",
        "region": "aws_eu_west_1",
        "edition": "enterprise",
        "allowed_networks": ["203.0.113.0/24"],
        **(snowflake or {}),
    }
    governance = {
        "administrators": ["deployer"],
        "domains": ["platform", "sales"],
        "roles": ROLES if roles is None else roles,
    }
    return environment(**{"snowflake": section, "governance": governance, **more})


def stack(build: Callable[[SnowflakeStack], object], env: Environment | None = None) -> Template:
    """The JSON of a stack `test-snowflake` of the sales domain, filled by `build`."""

    def make(app: Any) -> LakehouseStack:
        made = SnowflakeStack(app, env or environment_with_snowflake(), "test-snowflake", domain="sales")
        build(made)
        return made

    return synthesize(make)


def product(env: Environment | None = None, tables: Sequence[GovernedTable] = (ORDERS,), **arguments: Any) -> Template:
    """The JSON of a stack with one product called Orders in the curated zone."""
    given = {"zone": "curated", "description": "Orders", **arguments}
    return stack(lambda s: SnowflakeProduct(s, "Orders", tables=tables, **given), env)


def platform(env: Environment | None = None) -> Template:
    """The JSON of the reference deployment's platform stack on Snowflake."""
    sys.path.insert(0, str(STACKS))
    try:
        from foundation.snowflake import SnowflakePlatformStack
    finally:
        sys.path.remove(str(STACKS))
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    made = SnowflakePlatformStack(app, env or environment_with_snowflake())
    return load(made)


def total(template: Template) -> int:
    """How many resources a stack has."""
    return sum(len(named) for named in template["resource"].values())


def schema(s: SnowflakeStack) -> SnowflakeSchema:
    return SnowflakeSchema(s, "Orders", database="curated", name="sales-orders", comment="Orders")


def role_grants(template: Template) -> set[tuple[str, str]]:
    return {
        (one["role_name"], one["parent_role_name"])
        for one in resources(template, "snowflake_grant_account_role").values()
    }


READER, WRITER, OWNER = (f"AR_ACME_DEV_CURATED_SALES_ORDERS_{level}" for level in ("R", "RW", "OWN"))
