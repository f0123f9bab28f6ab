"""Checks of SnowflakeProduct."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit.bindings import Construct
from lakekit.catalog import GovernedTable, IcebergTable, ProductTags
from lakekit.catalog.iceberg.types import parse
from lakekit.environment import Edition, Environment, RoleSettings
from lakekit.errors import ConstructError
from lakekit.governance.effective_access import can_read
from lakekit.snowflake.masking import masked_type


def check_zones(scope: Construct, zone: str, tables: Sequence[GovernedTable | IcebergTable]) -> None:
    """Reject tables of another zone than the product's."""
    for table in tables:
        if isinstance(table, IcebergTable) and table.zone.name != zone:
            raise ConstructError(
                scope,
                f"table {table.name} is in zone {table.zone.name}, the product is in zone {zone}",
                fix=f"pass zone={table.zone.name!r}, or leave the table out",
            )


def check_tags(scope: Construct, environment: Environment, product_tags: ProductTags) -> None:
    """Reject a domain or classification that the environment does not have."""
    known = environment.governance
    for key, value, allowed in (
        ("domain", product_tags.domain, known.domains),
        ("classification", product_tags.classification, known.classifications),
    ):
        if value not in allowed:
            raise ConstructError(
                scope,
                f"{key} {value!r} is not one of {', '.join(allowed)}",
                fix=f"use one of them, or add it to governance.{key}s in {environment.name}.yaml",
            )


def check_maskable(
    scope: Construct,
    edition: Edition,
    product_tags: ProductTags,
    table: GovernedTable,
    readers: dict[str, RoleSettings],
) -> None:
    """Reject a column that one of the table's readers may not read and that cannot be masked."""
    standard = edition is Edition.STANDARD
    for column in table.columns:
        structured = masked_type(parse(column.type).kind) is None
        if not (structured or standard):
            continue
        why = f"its type {column.type} has no masking policy" if structured else "Standard edition masks nothing"
        for role, settings in readers.items():
            if not can_read(settings, product_tags.of(table, column.name)):
                raise ConstructError(
                    scope,
                    f"role {role} may read {table.name} but not its column {column.name}, and {why}",
                    fix="remove the column from the shared table, or exclude the role from the product",
                )


def check_schema_access(
    scope: Construct, role: str, environment: Environment, product_tags: ProductTags, tables: Sequence[GovernedTable]
) -> None:
    """Reject a product of which a role may read, or write, only some tables: a schema is granted as a whole."""
    settings = environment.governance.roles[role]
    reached = [table for table in tables if product_tags.can_access(role, settings, table)]
    missed = ", ".join(table.name for table in tables if table not in reached)
    if missed:
        raise ConstructError(
            scope,
            f"role {role} may read {', '.join(table.name for table in reached)} and not {missed}, "
            "and a schema is granted as a whole",
            fix="move tables with different readers into separate products",
        )
    writable = {product_tags.can_write(settings, table) for table in tables}
    if len(writable) > 1:
        raise ConstructError(
            scope,
            f"role {role} may write some of its tables and not others",
            fix="move them into separate products",
        )
