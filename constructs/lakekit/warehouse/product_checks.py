"""What a product in Snowflake refuses, each with what was given, what is allowed, and the fix."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit.bindings import Construct
from lakekit.catalog.iceberg.types import parse
from lakekit.environment import Edition, Environment, RoleSettings
from lakekit.errors import ConstructError
from lakekit.governance.clearance import sees, writes
from lakekit.warehouse.lake_table import Identity, LakeTable
from lakekit.warehouse.masking import masked_type


def check_words(scope: Construct, environment: Environment, identity: Identity, tables: Sequence[LakeTable]) -> None:
    """Refuse words that the environment's vocabulary does not have, and columns that tables do not have."""
    known = environment.governance
    for what, value, allowed in (
        ("zone", identity.zone, tuple(environment.lake.zones)),
        ("domain", identity.domain, known.domains),
        ("classification", identity.classification, known.classifications),
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


def check_rows(scope: Construct, environment: Environment, table: LakeTable) -> None:
    """Refuse rows for a role that tags let see everything."""
    roles = environment.governance.roles
    for role in table.rows:
        if role not in roles or not roles[role].by_rows:
            raise ConstructError(
                scope,
                f"{table.name} gives rows to {role!r}, which is no role with by_rows: its tag grants would show "
                "every row in the lake",
                fix=f"declare the role with `by_rows: true` in {environment.name}.yaml",
            )


def check_maskable(
    scope: Construct, edition: Edition, identity: Identity, table: LakeTable, readers: dict[str, RoleSettings]
) -> None:
    """Refuse a column that one of the table's readers may not see and that cannot be masked."""
    standard = edition is Edition.STANDARD
    for column in table.columns:
        structured = masked_type(parse(column.type).kind) is None
        if not (structured or standard):
            continue
        why = f"its type {column.type} has no masking policy" if structured else "Standard edition masks nothing"
        for role, settings in readers.items():
            if not sees(settings, identity.tags(table, column.name)):
                raise ConstructError(
                    scope,
                    f"role {role} may see {table.name} but not its column {column.name}, and {why}",
                    fix="leave the column out of the shared table, or keep the role away from the product",
                )


def check_whole(
    scope: Construct, role: str, environment: Environment, identity: Identity, tables: Sequence[LakeTable]
) -> None:
    """Refuse a product of which a role may see, or write, only some tables: a schema is granted whole."""
    settings = environment.governance.roles[role]
    reached = [table for table in tables if identity.reaches(role, settings, table)]
    missed = ", ".join(table.name for table in tables if table not in reached)
    if missed:
        raise ConstructError(
            scope,
            f"role {role} may see {', '.join(table.name for table in reached)} and not {missed}, "
            "and a schema is granted whole",
            fix="put tables that different roles see into products of their own",
        )
    writable = {writes(settings, identity.tags(table)) for table in tables}
    if len(writable) > 1:
        raise ConstructError(
            scope,
            f"role {role} may write some of its tables and not others",
            fix="put them into products of their own",
        )
