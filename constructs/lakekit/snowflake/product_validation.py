"""What a product in Snowflake refuses, each with what was given, what is allowed, and the fix."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit.bindings import Construct
from lakekit.catalog.governed_table import GovernedTable, ProductTags
from lakekit.catalog.iceberg.types import parse
from lakekit.environment import Edition, Environment, RoleSettings
from lakekit.errors import ConstructError
from lakekit.governance.effective_access import can_read, can_write
from lakekit.snowflake.masking import masked_type


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
    """Refuse a column that one of the table's readers may not see and that cannot be masked."""
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
                    f"role {role} may see {table.name} but not its column {column.name}, and {why}",
                    fix="leave the column out of the shared table, or keep the role away from the product",
                )


def check_schema_access(
    scope: Construct, role: str, environment: Environment, product_tags: ProductTags, tables: Sequence[GovernedTable]
) -> None:
    """Refuse a product of which a role may see, or write, only some tables: a schema is granted whole."""
    settings = environment.governance.roles[role]
    reached = [table for table in tables if product_tags.can_access(role, settings, table)]
    missed = ", ".join(table.name for table in tables if table not in reached)
    if missed:
        raise ConstructError(
            scope,
            f"role {role} may see {', '.join(table.name for table in reached)} and not {missed}, "
            "and a schema is granted whole",
            fix="put tables that different roles see into products of their own",
        )
    writable = {can_write(settings, product_tags.of(table)) for table in tables}
    if len(writable) > 1:
        raise ConstructError(
            scope,
            f"role {role} may write some of its tables and not others",
            fix="put them into products of their own",
        )
