"""Checks of a table's declaration, the same for Glue and for Snowflake."""

from __future__ import annotations

import re
from typing import Final

from lakekit.bindings import Construct
from lakekit.catalog.governed_table import GovernedTable
from lakekit.catalog.iceberg.types import parse
from lakekit.core.stack import environment_of
from lakekit.errors import ConstructError
from lakekit.governance.row_predicate import check_row_predicate

TABLE_NAME: Final = re.compile(r"[a-z_][a-z0-9_]{0,254}\Z")


def check_table(scope: Construct, table: GovernedTable) -> None:
    """Reject a declaration that neither plane could deploy.

    Raises:
        ConstructError: no description, an empty owner, a malformed name or type, a duplicate or missing column, an
            identifier that is repeated or not required, or an unknown column or classification in
            `column_classifications`.
    """
    _check_names(scope, table)
    for column in table.columns:
        try:
            parse(column.type)
        except ValueError as error:
            raise ConstructError(scope, f"column {column.name}: {error}") from error
    required = {column.name for column in table.columns if column.required}
    optional = sorted(set(table.identifier) - required)
    if optional:
        raise ConstructError(
            scope, f"identifier {', '.join(optional)}: not a required column", fix="set required=True on the column"
        )
    if len(set(table.identifier)) < len(table.identifier):
        raise ConstructError(
            scope,
            f"identifier {', '.join(table.identifier)}: a column is repeated",
            fix="name each column of the identifier once",
        )
    _check_classifications(scope, table)


def check_row_filters(scope: Construct, table: GovernedTable) -> None:
    """Reject row filters for a role whose tag grants already show every row, and predicates that filter nothing.

    Raises:
        ConstructError: `row_filters` names a role that is unknown or not `row_filtered`, or has a predicate that is
            not a condition on columns of the table.
    """
    environment = environment_of(scope)
    roles = environment.governance.roles
    for role, predicate in table.row_filters.items():
        if role not in roles or not roles[role].row_filtered:
            filtered = ", ".join(name for name, settings in roles.items() if settings.row_filtered) or "none"
            raise ConstructError(
                scope,
                f"row_filters of {table.name} name {role!r}, which is not a role with row_filtered ({filtered}): "
                "its tag grants in the lake would show every row",
                fix=f"declare the role with `row_filtered: true` in {environment.name}.yaml",
            )
        check_row_predicate(scope, predicate, table=table.name, columns=table.column_names)


def _check_names(scope: Construct, table: GovernedTable) -> None:
    if not table.description.strip():
        raise ConstructError(scope, f"{table.name} has no description", fix="describe a row in one sentence")
    if table.owner is not None and not table.owner.strip():
        raise ConstructError(
            scope, f"{table.name} has an empty owner", fix="pass an address, or leave out owner= for the stack's owner"
        )
    names = table.column_names
    for name in (table.name, *names):
        if not TABLE_NAME.match(name):
            raise ConstructError(
                scope,
                f"{name!r} is not a valid name of a table or column",
                fix="use lower-case letters, digits and underscores, no digit first",
            )
    if not names:
        raise ConstructError(scope, f"{table.name} has no columns", fix="list its columns")
    duplicates = sorted({name for name in names if names.count(name) > 1})
    if duplicates:
        raise ConstructError(scope, f"{table.name} has duplicate columns: {', '.join(duplicates)}")


def _check_classifications(scope: Construct, table: GovernedTable) -> None:
    environment = environment_of(scope)
    known = environment.governance.classifications
    for given in (table.classification, *table.column_classifications.values()):
        if given is not None and given not in known:
            raise ConstructError(
                scope,
                f"{table.name}: classification {given!r} is not one of {', '.join(known)}",
                fix=f"use one of them, or add it to governance.classifications in {environment.name}.yaml",
            )
    unknown = sorted(set(table.column_classifications) - set(table.column_names))
    if unknown:
        raise ConstructError(
            scope,
            f"column_classifications of {table.name} name {', '.join(unknown)}: not columns of it",
            fix=f"use {', '.join(table.column_names)}",
        )
