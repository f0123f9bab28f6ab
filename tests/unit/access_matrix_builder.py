"""Tables on both planes, for tests of the access matrix."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lakekit.access_matrix import Product
from lakekit.bindings import cdktf
from lakekit.catalog import Column, Database, GovernedTable, IcebergTable, ProductTags
from lakekit.core.team_stack import TeamStack
from lakekit.environment import Environment
from lakekit.governance import CellFilter, DataRole
from lakekit.naming import pascal
from lakekit.snowflake import FunctionalRole, GovernanceTags, SnowflakeProduct, SnowflakeStack
from lakekit.snowflake.policy_data import MaskingPolicies, from_dict
from lakekit.testing import Template, load

CLASSES = ("public", "internal", "confidential", "restricted")
ZONES = ("raw", "curated", "consumption")
DOMAINS = ("platform", "sales")
EMAIL = {"email": "restricted"}
EU = {"eu-analyst": "country IN ('DE', 'FR')"}


def declare(
    *, zone: str, domain: str, name: str, classification: str, columns: dict[str, str], rows: dict[str, str]
) -> Product:
    """A table with an id, a country and classified columns; its classification differs from the product's."""
    table = GovernedTable(
        name,
        [Column("id", "long"), Column("country", "string"), *(Column(column, "string") for column in columns)],
        "One row per test",
        classification=classification,
        column_classifications=columns,
        row_filters=rows,
    )
    return Product(ProductTags(zone, domain, "internal"), table)


ORDERS = declare(zone="curated", domain="sales", name="orders", classification="internal", columns=EMAIL, rows=EU)


def both_planes(env: Environment, products: list[Product]) -> list[Template]:
    """The products as constructs of both planes, in stacks of one app."""
    app = cdktf.Testing.app(stub_version=False, fake_cdktf_json_path=True)
    stacks: list[Any] = []
    for domain in sorted({one.tags.domain for one in products}):
        lake = TeamStack(app, env, domain, owner="team@acme.example")
        mine = [one for one in products if one.tags.domain == domain]
        databases = {
            zone: Database(lake, zone.capitalize(), zone=zone) for zone in sorted({one.tags.zone for one in mine})
        }
        if not stacks:
            for role, one in env.governance.roles.items():
                DataRole(lake, f"Role{pascal(role)}", name=role, settings=one)
        warehouse = SnowflakeStack(app, env, f"{domain}-snowflake", domain=domain)
        if not stacks:
            GovernanceTags(warehouse, "Access")
            for role in env.governance.roles:
                FunctionalRole(warehouse, f"Role{pascal(role)}", name=role)
        for product in mine:
            in_the_lake(lake, databases[product.tags.zone], product, env)
            SnowflakeProduct(
                warehouse,
                f"{pascal(product.tags.zone)}{pascal(product.table.name)}",
                name=product.table.name,
                zone=product.tags.zone,
                tables=[product.table],
                description="d",
            )
        stacks += [lake, warehouse]
    return [load(one) for one in stacks]


def in_the_lake(lake: TeamStack, database: Database, product: Product, env: Environment) -> None:
    table = IcebergTable(
        lake,
        f"{pascal(product.tags.zone)}{pascal(product.table.name)}",
        database=database,
        table=product.table,
    )
    for role in product.table.row_filters:
        hidden = product.tags.unreadable_columns(env.governance.roles[role], product.table)
        if len(hidden) == len(product.table.columns):
            continue  # the role reads no column: no filter to grant
        made = CellFilter(table, f"{pascal(role)}Rows", table=table, role=role)
        made.grant_select(role)


def rewrite(stack: Template, change: Callable[[str], str]) -> None:
    """Change the policies of a stack consistently: the data of the masking policies and their SQL."""
    policies = stack["//"]["metadata"]["lakekit"]["snowflake_policies"]
    for number, data in enumerate(policies):
        if data["kind"] == MaskingPolicies.KIND:
            policies[number] = json.loads(change(json.dumps(data)))
            for (address, argument), sql in from_dict(policies[number]).rendered().items():
                kind, _, name = address.partition(".")
                stack["resource"][kind][name][argument] = sql
