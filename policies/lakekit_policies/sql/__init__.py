"""SQL in policies, statements and filters, evaluated by its syntax tree.

sqlglot takes a third of a second to import and is needed only for stacks with SQL: these functions import it when
they are called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence


def masking_policy_problems(body: str, arguments: Sequence[str]) -> list[str]:
    """Ways in which a masking policy shows the value to roles that it does not name."""
    from lakekit_policies.sql import masking  # noqa: PLC0415

    return list(masking.problems(body, arguments))


def masking_policy_viewers(body: str, arguments: Sequence[str]) -> frozenset[str]:
    """Named roles that can see the value."""
    from lakekit_policies.sql import masking  # noqa: PLC0415

    return masking.viewers(body, arguments)


def row_policy_problems(body: str, arguments: Sequence[str]) -> list[str]:
    """Ways in which a row access policy shows rows to roles that it does not name."""
    from lakekit_policies.sql import row_policy  # noqa: PLC0415

    return list(row_policy.problems(body, arguments))


def unrestricted_roles(body: str, arguments: Sequence[str]) -> frozenset[str]:
    """Named roles that see every row."""
    from lakekit_policies.sql import row_policy  # noqa: PLC0415

    return row_policy.unrestricted_roles(body, arguments)


def uses_current_role(body: str) -> bool:
    """Whether a policy tests the current role, outside of a query on an entitlement table."""
    from lakekit_policies.sql import row_policy  # noqa: PLC0415

    return row_policy.uses_current_role(body)


def masking_policy_widened(before: str, after: str, arguments: Sequence[str], new_arguments: Sequence[str]) -> bool:
    """Whether a changed masking policy shows more of the value, to any session."""
    from lakekit_policies.sql import policy_change  # noqa: PLC0415

    return policy_change.masking_widened(before, after, arguments, new_arguments)


def row_policy_widened(before: str, after: str, arguments: Sequence[str], new_arguments: Sequence[str]) -> bool:
    """Whether a changed row access policy shows more rows, to any session."""
    from lakekit_policies.sql import policy_change  # noqa: PLC0415

    return policy_change.rows_widened(before, after, arguments, new_arguments)


def cell_filter_implies(narrower: str, wider: str) -> bool:
    """Whether every row that a Lake Formation row filter includes is included by another one."""
    from lakekit_policies.sql import cell_filter  # noqa: PLC0415

    return cell_filter.implies(narrower, wider)


def cell_filter_problems(text: str, columns: Mapping[str, str] | None) -> list[str]:
    """Why a Lake Formation row filter is invalid or includes every row."""
    from lakekit_policies.sql import cell_filter  # noqa: PLC0415

    return list(cell_filter.problems(text, columns))


def execute_problems(execute: str, revert: str, query: str) -> list[str]:
    """What is wrong with the statements of a ``snowflake_execute``."""
    from lakekit_policies.sql import statements  # noqa: PLC0415

    return list(statements.problems(execute, revert, query))


def script_problems(scripts: Iterable[tuple[str, str]]) -> list[str]:
    """Statements that tasks, alerts and procedures must not run; attribute name and text of each script."""
    from lakekit_policies.sql import callees, script  # noqa: PLC0415

    return [
        problem
        for what, text in scripts
        for problem in (*script.problems(text, what), *callees.inline_problems(text, what))
    ]


def script_callees(text: str, *, language: str = "sql") -> list[tuple[str, tuple[str, ...]]]:
    """Kind and name of the procedures, functions, tasks and stages that a script or another body uses."""
    from lakekit_policies.sql import callees, queries  # noqa: PLC0415
    from lakekit_policies.sql import embedded as bodies  # noqa: PLC0415

    if language == "sql":
        scripts, called = [text], []
    else:
        scripts, called = list(bodies.texts(text, language)), list(bodies.called(text, language))
    found = [(one.kind, one.name) for part in scripts for one in callees.callees(part)]
    return list(dict.fromkeys([*found, *(("procedure", queries.parts(name)) for name in called)]))


def script_copies(text: str) -> list[tuple[tuple[str, ...], frozenset[tuple[str, ...]]]]:
    """What the statements of a script write, and the tables that they read for it."""
    from lakekit_policies.sql import callees  # noqa: PLC0415

    return list(callees.copies(text))


def embedded_problems(what: str, body: str, language: str) -> list[str]:
    """Statements in the texts of a body in another language that must not run, and code that it composes."""
    from lakekit_policies.sql import embedded  # noqa: PLC0415

    return list(embedded.problems(body, what, language))


def function_problems(what: str, body: str) -> list[str]:
    """Why the body of a SQL function is refused."""
    from lakekit_policies.sql import embedded  # noqa: PLC0415

    return list(embedded.function_problems(body, what))


def query_tables(text: str) -> tuple[frozenset[tuple[str, ...]], tuple[str, ...]]:
    """Tables of a query by the parts of their names, and what is wrong with it."""
    from lakekit_policies.sql import queries  # noqa: PLC0415

    return queries.tables(text)


def location_literals(text: str) -> list[str] | None:
    """Texts of the statements of Athena or Redshift that are more than a query; None if they cannot be read."""
    from lakekit_policies.sql import destinations  # noqa: PLC0415
    from lakekit_policies.sql.parse import SqlError  # noqa: PLC0415

    try:
        return list(destinations.literals(text))
    except SqlError:
        return None


def public_grants(text: str) -> list[str]:
    """Statements that grant to everybody."""
    from lakekit_policies.sql import destinations  # noqa: PLC0415

    return list(destinations.public_grants(text))


def created_tables(text: str) -> frozenset[str]:
    """Names of the tables that the statements of Athena or Redshift create."""
    from lakekit_policies.sql import destinations  # noqa: PLC0415

    return frozenset(destinations.created_tables(text))


def lost_tables(text: str, created: Collection[str]) -> list[str]:
    """Statements of Athena or Redshift that drop, empty or update a whole table, except those of ``created``."""
    from lakekit_policies.sql import destinations  # noqa: PLC0415

    return list(destinations.lost_tables(text, created))


def copied_urls(text: str) -> list[str]:
    """URLs of the COPY statements of a script, which ``script_problems`` refuses."""
    from lakekit_policies.sql import script  # noqa: PLC0415

    return list(script.copied_urls(text))


def pipe_problems(statement: str) -> list[str]:
    """Why a pipe must not run a statement: it is more than COPY INTO a table from a named stage."""
    from lakekit_policies.sql import script  # noqa: PLC0415

    return list(script.pipe_problems(statement))


def created_object(statement: str) -> tuple[str, dict[str, str]]:
    """Type and options, nested ones included, of the object that a statement creates; empty for other statements."""
    from lakekit_policies.sql import statements  # noqa: PLC0415

    return statements.created_object(statement)


def applied_policies(statement: str) -> tuple[str, ...]:
    """Qualified names of the policies that a statement attaches to a table or view."""
    from lakekit_policies.sql import statements  # noqa: PLC0415

    return statements.applied_policies(statement)
