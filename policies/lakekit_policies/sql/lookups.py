"""Entitlement tables: a query that finds a row only for the roles or users listed in a table.

``EXISTS (SELECT 1 FROM entitlements WHERE role_name = CURRENT_ROLE())`` is the form of Snowflake's manual. The content
of the table is data and not evaluated; who may write it is a matter of grants. A derived table, a table function, an
aggregate (which returns a row without input) or a metadata view (which lists every role) is not such a table.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

_METADATA: Final = frozenset({"INFORMATION_SCHEMA", "ACCOUNT_USAGE", "ORGANIZATION_USAGE", "SNOWFLAKE"})
_ALLOWED: Final = frozenset({"kind", "expressions", "from_", "joins", "where", "distinct", "limit"})


def is_entitlement_query(query: exp.Expr, *, projected: bool = False) -> bool:
    """Whether a query reads named tables only and returns no row without a match.

    Args:
        query: the subquery.
        projected: whether its only result has to be a column (``CURRENT_ROLE() IN (SELECT role_name FROM …)``).
    """
    select = query.unnest() if isinstance(query, exp.Subquery) else query
    source = select.args.get("from_")
    if not isinstance(select, exp.Select) or source is None:
        return False
    if {name for name, value in select.args.items() if value} - _ALLOWED or select.find(exp.AggFunc):
        return False
    tables = [source.this, *(join.this for join in select.args.get("joins") or ())]
    if not all(_is_named_table(table) for table in tables):
        return False
    return not projected or (len(select.expressions) == 1 and is_role_column(select.expressions[0]))


def is_role_column(node: exp.Expr) -> bool:
    """Whether an expression is a column by name."""
    return isinstance(node, exp.Column) and isinstance(node.this, exp.Identifier)


def _is_named_table(table: exp.Expr) -> bool:
    return (
        isinstance(table, exp.Table)
        and isinstance(table.this, exp.Identifier)
        and not _METADATA & {part.name.upper() for part in table.parts}
    )
