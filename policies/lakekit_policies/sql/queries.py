"""Tables that a query reads, and queries that are more than a query."""

from __future__ import annotations

from sqlglot import exp

from lakekit_policies.sql.parse import SqlError, trees

Names = frozenset[tuple[str, ...]]
"""Parts of qualified names, in upper case without quotes."""


def tables(text: str) -> tuple[Names, tuple[str, ...]]:
    """Names of the tables of a query as far as they are qualified; and what is wrong with the query.

    ``TABLE('name')`` and ``IDENTIFIER('name')`` read a table like its name does.
    """
    try:
        found = trees(text)
    except SqlError as error:
        return frozenset(), (f"cannot be evaluated: {error}",)
    if len(found) != 1 or not isinstance(found[0], exp.Query) or found[0].find(exp.DML, exp.DDL, exp.Command):
        return frozenset(), ("is not one query",)
    aliases = {(str(cte.alias).upper(),) for cte in found[0].find_all(exp.CTE)}
    names: set[tuple[str, ...]] = set()
    problems: list[str] = []
    for table in found[0].find_all(exp.Table, exp.TableFromRows):
        given = table.this.this if isinstance(table.this, exp.DynamicIdentifier) else table.this
        if isinstance(given, exp.RawString) or (isinstance(given, exp.Literal) and given.is_string):
            names.add(parts(str(given.this)))
        elif isinstance(table, exp.Table) and given is table.this:
            names.add(tuple(part.name.upper() for part in table.parts))
        elif isinstance(given, (exp.Parameter, exp.Placeholder, exp.Binary)) or given is not table.this:
            problems.append("reads a table whose name is not a literal")
    return frozenset(names - aliases), tuple(dict.fromkeys(problems))


def parts(name: str) -> tuple[str, ...]:
    """The parts of a qualified name."""
    return tuple(part.strip().strip('"').upper() for part in name.split("."))
