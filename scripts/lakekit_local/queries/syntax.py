"""What a query of Athena may consist of: a positive list of syntax and of functions.

The parser admits the syntax of other dialects, and what it does not know would go to DuckDB as it is.
"""

from __future__ import annotations

from typing import Any, Final

from sqlglot import exp

from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.functions import unknown_function

_KINDS: Final = (exp.Binary, exp.Unary, exp.Predicate, exp.Func, exp.JSONPathPart, exp.SetOperation)
_NODES: Final = frozenset(
    (
        *(exp.Select, exp.Subquery, exp.Values, exp.With, exp.CTE, exp.From, exp.Join, exp.Where, exp.Group),
        *(exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Fetch, exp.LimitOptions, exp.Offset, exp.Distinct),
        *(exp.Window, exp.WindowSpec, exp.Table, exp.TableAlias, exp.TableSample, exp.Version, exp.Lateral),
        *(exp.Column, exp.Identifier, exp.Star, exp.Alias, exp.Literal, exp.Boolean, exp.Null, exp.Tuple),
        *(exp.Bracket, exp.Lambda, exp.Filter, exp.WithinGroup, exp.IgnoreNulls, exp.RespectNulls),
        *(exp.Interval, exp.IntervalSpan, exp.Var, exp.DataType, exp.DataTypeParam, exp.ColumnDef, exp.Cube),
        *(exp.Rollup, exp.GroupingSets, exp.AtTimeZone, exp.Between, exp.In, exp.JSONPath, exp.FormatJson),
        *(exp.JSONKeyValue, exp.JSONValue, exp.OnCondition, exp.OverflowTruncateBehavior, exp.PropertyEQ),
        *(exp.JSONExtractQuote, exp.Placeholder, exp.National, exp.HexString, exp.UnicodeString),
    )
)


def check_syntax(query: Any) -> None:
    """Admit only what Athena has.

    Raises:
        QueryError: the query has other syntax, or calls a function that Athena does not have.
    """
    for node in query.walk():
        if isinstance(node, exp.Func) and (name := unknown_function(node)):
            raise QueryError(f"FUNCTION_NOT_FOUND: Function '{name}' not registered")
        if type(node) not in _NODES and not isinstance(node, _KINDS):
            raise QueryError(f"NOT_SUPPORTED: the local cloud does not run {type(node).__name__} in queries")
        if problem := _problem(node):
            raise QueryError(f"SYNTAX_ERROR: {problem}")


def _problem(node: Any) -> str:
    if isinstance(node, exp.Star) and any(node.args.values()):
        return "* takes no EXCEPT, REPLACE or RENAME"
    if isinstance(node, exp.Distinct) and node.args.get("on"):
        return "DISTINCT takes no ON"
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Func):
        return f"{node.sql(dialect='athena')} is not a column"
    if isinstance(node, exp.Table) and not isinstance(node.this, exp.Identifier):
        return f"{node.sql(dialect='athena')} is not a table (the local cloud runs no table functions)"
    return ""
