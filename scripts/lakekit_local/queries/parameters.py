"""Execution parameters: values of the question marks in a statement, in the order in which these occur.

https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError

from lakekit_local.queries.errors import QueryError
from lakekit_local.queries.syntax import check_syntax

_NOT_CONSTANT: Final = (exp.Column, exp.Identifier, exp.Query, exp.Table, exp.Star, exp.Placeholder)


def bind_parameters(text: str, values: Sequence[str]) -> str:
    """Return a statement with the values in place of its question marks.

    Values are SQL: texts are in single quotes.

    Args:
        text: the statement.
        values: `ExecutionParameters` of StartQueryExecution.

    Raises:
        QueryError: the number of values differs, a value is not a constant, or a question mark is outside of WHERE.
        SqlglotError: the statement is not valid.
    """
    marks = [one for one in sqlglot.tokenize(text, read="athena") if one.token_type is TokenType.PLACEHOLDER]
    if len(marks) != len(values):
        raise QueryError(f"Incorrect number of parameters: expected {len(marks)} but found {len(values)}")
    if not marks:
        return text
    queries = [one for one in sqlglot.parse(text, read="athena") if one is not None]
    if any(one.find_ancestor(exp.Where) is None for query in queries for one in query.find_all(exp.Placeholder)):
        raise QueryError("SYNTAX_ERROR: ? parameters can be placed only in the WHERE clause")
    bound = text
    for mark, value in reversed([*zip(marks, values, strict=True)]):
        bound = f"{bound[: mark.start]}({_constant(value)}){bound[mark.end + 1 :]}"
    return bound


def _constant(value: str) -> str:
    try:
        found: Any = sqlglot.parse_one(value, into=exp.Condition, read="athena")
    except SqlglotError as error:
        raise QueryError(
            "SYNTAX_ERROR: an execution parameter is not a constant (texts are in single quotes)"
        ) from error
    if found.find(*_NOT_CONSTANT):
        raise QueryError("EXPRESSION_NOT_CONSTANT: Constant expression cannot contain column references")
    check_syntax(found)
    return str(found.sql(dialect="athena", comments=False))
