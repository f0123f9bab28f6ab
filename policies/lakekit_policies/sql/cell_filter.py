"""Row filter expressions of Lake Formation: the PartiQL subset, and whether a filter can exclude a row.

AWS Lake Formation, "PartiQL support in row filter expressions": comparisons of a column with a constant by
``=, <>, !=, <, <=, >, >=, BETWEEN, IN, LIKE, IS [NOT] NULL``, combined by AND, OR and NOT; no functions, no comparison
of two columns, less than 2048 characters.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from sqlglot import exp

from lakekit_policies.sql import filter_implication, filter_search, filter_values
from lakekit_policies.sql.parse import PARTIQL, SqlError, expression, has_cast, sql

MAX_LENGTH: Final = 2048
_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE)


def problems(text: str, columns: Mapping[str, str] | None = None) -> Iterator[str]:
    """Why Lake Formation rejects a filter, or why the filter protects nothing.

    Args:
        text: the filter expression.
        columns: column name in lower case to type, of the table; None if the table is not known.

    A filter protects rows if it excludes a row whose columns have values: neither NULL nor an empty string. A column
    that the filter compares with NULL may also be NULL.
    """
    if len(text) >= MAX_LENGTH:
        yield f"the row filter has {len(text)} characters; less than {MAX_LENGTH} are allowed"
        return
    found: list[str] = []
    try:
        tree = expression(text, PARTIQL)
        found += dict.fromkeys(_unsupported(tree))
        if has_cast(text, PARTIQL):
            found.append("casts are not supported by Lake Formation; write DATE '2026-01-01' or TIMESTAMP '…'")
        found += _unknown_columns(tree, columns)
        found += _always_true(tree, columns or {})
    except SqlError as error:
        # An unsupported operator is reported once.
        found = found or [f"the row filter cannot be evaluated: {error}"]
    except RecursionError:
        found = ["the row filter cannot be evaluated: it is nested too deeply"]
    yield from found


def _always_true(tree: exp.Expr, columns: Mapping[str, str]) -> Iterator[str]:
    """Why a filter excludes no row; columns of unknown types that are compared with whole numbers hold those only."""
    if filter_search.always_true(tree, columns):
        yield f"the row filter `{sql(tree)}` includes every row"
        return
    whole = filter_search.whole_number_columns(tree) - set(columns)
    if whole and filter_search.always_true(tree, {**dict.fromkeys(whole, "bigint"), **columns}):
        names = ", ".join(sorted(whole))
        yield f"the row filter `{sql(tree)}` includes every row with a whole number in {names}"


def implies(narrower: str, wider: str) -> bool:
    """Whether every row that one filter includes, rows with NULL among them, is included by the other one.

    False if it is not known: one of them cannot be parsed or compared.
    """
    try:
        trees = [expression(text, PARTIQL) for text in (narrower, wider)]
        if trees[1] == exp.true():
            return True
        if any(tree != exp.true() and any(_unsupported(tree)) for tree in trees):
            return False
        return filter_implication.implies(*trees)
    except (SqlError, RecursionError):
        return False


def column_name(node: exp.Expr) -> str:
    """Top-level column of a reference, in lower case: ``customer`` for ``customer.id``."""
    found = next(node.find_all(exp.Column))
    return str(found.parts[0].name).lower()


def _unsupported(node: exp.Expr) -> Iterator[str]:
    if isinstance(node, exp.Paren):
        yield from _unsupported(node.this)
    elif isinstance(node, (exp.And, exp.Or)):
        for part in node.flatten():
            yield from _unsupported(part)
    elif isinstance(node, exp.Not):
        yield from _unsupported(node.this)
    elif isinstance(node, exp.Boolean):
        yield f"`{sql(node)}` is not a comparison; Lake Formation filters compare a column with a constant"
    elif isinstance(node, exp.Is):
        yield from _operands(node, node.this, [])
        if not isinstance(node.expression, exp.Null):
            yield f"`{sql(node)}` is not supported by Lake Formation; IS tests for NULL only"
    elif isinstance(node, exp.Between):
        yield from _operands(node, node.this, [node.args["low"], node.args["high"]])
    elif isinstance(node, exp.In) and node.expressions:
        yield from _operands(node, node.this, node.expressions)
    elif isinstance(node, (*_COMPARISONS, exp.Like)) and not node.args.get("escape"):
        yield from _operands(node, node.this, [node.expression])
    else:
        yield f"`{sql(node)}` is not supported by Lake Formation; use comparisons, BETWEEN, IN, LIKE and IS NULL"


def _operands(node: exp.Expr, left: exp.Expr, constants: list[exp.Expr]) -> Iterator[str]:
    if not isinstance(left, exp.Column):
        yield f"`{sql(node)}` does not compare a column; Lake Formation filters compare a column with a constant"
    elif not all(_is_constant(item) for item in constants):
        yield f"`{sql(node)}` does not compare with a constant; Lake Formation filters compare a column with a constant"


def _is_constant(node: exp.Expr) -> bool:
    inner = node.this if isinstance(node, exp.Neg) else node
    return isinstance(inner, (exp.Literal, exp.Boolean)) or filter_values.moment(node) is not None


def _unknown_columns(tree: exp.Expr, columns: Collection[str] | None) -> Iterator[str]:
    if columns is None:
        return
    for name in dict.fromkeys(column_name(node) for node in tree.find_all(exp.Column)):
        if name not in columns:
            yield f"the row filter names {name}; the table has {', '.join(sorted(columns))}"
