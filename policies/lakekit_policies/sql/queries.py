"""Tables that a query reads, and queries that are more than a query."""

from __future__ import annotations

from sqlglot import exp

from lakekit_policies.sql.parse import SqlError, trees


def tables(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Names of the tables of a query, without database and schema, in upper case; and what is wrong with the query."""
    try:
        found = trees(text)
    except SqlError as error:
        return frozenset(), (f"cannot be evaluated: {error}",)
    if len(found) != 1 or not isinstance(found[0], exp.Query) or found[0].find(exp.DML, exp.DDL, exp.Command):
        return frozenset(), ("is not one query",)
    aliases = {str(cte.alias).upper() for cte in found[0].find_all(exp.CTE)}
    names = {table.name.upper() for table in found[0].find_all(exp.Table)}
    return frozenset(names - aliases), ()
