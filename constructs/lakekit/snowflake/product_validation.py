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


def check_vocabulary(
    scope: Construct, environment: Environment, product_tags: ProductTags, tables: Sequence[GovernedTable]
) -> None:
    """Refuse words that the environment's vocabulary does not have, and columns that tables do not have."""
    known = environment.governance
    for what, value, allowed in (
        ("zone", product_tags.zone, tuple(environment.lake.zones)),
        ("domain", product_tags.domain, known.domains),
        ("classification", product_tags.classification, known.classifications),
    ):
        if value not in allowed:
            raise ConstructError(scope, f"{what} {value!r} is not one of {', '.join(allowed)}")
    for table in tables:
        for given in (table.classification, *table.column_classifications.values()):
            if given is not None and given not in known.classifications:
                raise ConstructError(
                    scope, f"{table.name}: classification {given!r} is not one of {', '.join(known.classifications)}"
                )
        unknown = sorted(set(table.column_classifications) - set(table.column_names))
        if unknown or not table.columns:
            raise ConstructError(scope, f"{table.name} has no column {', '.join(unknown) or 'at all'}")


def check_rows(scope: Construct, environment: Environment, table: GovernedTable) -> None:
    """Refuse rows for a role that tags let see everything."""
    roles = environment.governance.roles
    for role in table.rows:
        if role not in roles or not roles[role].row_filtered:
            raise ConstructError(
                scope,
                f"{table.name} gives rows to {role!r}, which is no role with row_filtered: its tag grants would show "
                "every row in the lake",
                fix=f"declare the role with `row_filtered: true` in {environment.name}.yaml",
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
            if not can_read(settings, product_tags.tags(table, column.name)):
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
    writable = {can_write(settings, product_tags.tags(table)) for table in tables}
    if len(writable) > 1:
        raise ConstructError(
            scope,
            f"role {role} may write some of its tables and not others",
            fix="put them into products of their own",
        )
