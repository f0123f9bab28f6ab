"""Statements that read metadata only."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from lakekit_policies.sql.parse import statements, trees
from lakekit_policies.sql.words import heading

_METADATA: Final = frozenset({"INFORMATION_SCHEMA", "ACCOUNT_USAGE"})
_READING: Final = ("SYSTEM$GET_", "SYSTEM$SHOW_", "SYSTEM$TYPEOF")


def is_read_only(text: str) -> bool:
    """Whether a text is one statement that reads metadata: SHOW, DESCRIBE, or SELECT from a metadata schema.

    Results of a query are stored in the Terraform state: tables with data are not read.

    Raises:
        SqlError: it cannot be parsed.
    """
    found = statements(text)
    if len(found) != 1:
        return False
    head = heading(found[0], 1)
    if head in ("SHOW", "DESCRIBE", "DESC"):
        # `SHOW … ->> statement` runs a second statement.
        return not any(word.kind == "mark" and word.text not in ("(", ")", ".", ",", "=", "=>") for word in found[0])
    if head not in ("SELECT", "WITH"):
        return False
    (tree,) = trees(text)
    return isinstance(tree, exp.Query) and not tree.find(exp.DML, exp.DDL, exp.Command, exp.Into) and _reads(tree)


def _reads(tree: exp.Expr) -> bool:
    """Whether all tables are in metadata schemas, and all functions known or reading."""
    names = {str(cte.alias).upper() for cte in tree.find_all(exp.CTE)}
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            return False
        parts = {part.name.upper() for part in table.parts}
        if not _METADATA & parts and table.name.upper() not in names:
            return False
    return all(_is_reading(call) for call in tree.find_all(exp.Anonymous, exp.AnonymousAggFunc))


def _is_reading(call: exp.Expr) -> bool:
    qualifier = call.parent if isinstance(call.parent, exp.Dot) else None
    if qualifier is not None:
        return bool(_METADATA & {part.name.upper() for part in qualifier.find_all(exp.Identifier)})
    return str(call.name).upper().startswith(_READING)
