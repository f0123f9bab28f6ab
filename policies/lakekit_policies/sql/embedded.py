"""SQL in the texts of Java, JavaScript, Python and Scala bodies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lakekit_policies.sql import script
from lakekit_policies.sql.parse import SqlError, shorten, statements, trees
from lakekit_policies.sql.words import heading

_TEXT: Final = re.compile(
    r'"""(.*?)"""|\'\'\'(.*?)\'\'\'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'', re.DOTALL
)
_RUNS: Final = re.compile(
    r"(?:\.\s*sql|\.\s*execute(?:Query|Update|Async)?|\bcreateStatement)\s*\(\s*(?:\{\s*sqlText\s*:\s*)?(?=(\S))"
)
_CHANGES: Final = frozenset({"ALTER", "COPY", "CREATE", "DROP", "EXECUTE", "GRANT", "PUT", "REVOKE", "UNDROP", "USE"})
_DELETES: Final = frozenset({"DELETE FROM", "MERGE INTO", "TRUNCATE TABLE"})
# Snowpark: https://docs.snowflake.com/en/developer-guide/snowpark/reference/python/latest/snowpark/api/snowflake.snowpark.Table.delete
_EMPTIES: Final = re.compile(r"\.\s*table\s*\(([^()]*)\)\s*\.\s*(?:delete\s*\(\s*\)|drop_table\b)")


def problems(body: str, what: str) -> Iterator[str]:
    """Statements that are refused, in the texts of a body, and statements that the body composes.

    Args:
        body: source text.
        what: name of the attribute, for messages.
    """
    for text in texts(body):
        try:
            found = statements(text)
        except SqlError:
            continue  # not SQL
        for words in found:
            if len(words) > 1 and (heading(words, 1) in _CHANGES or heading(words, 2) in _DELETES):
                yield from script.problems(shorten(text, 2000), f"{what}: a text")
                break
    yield from (f"{what} deletes every row of {shorten(found[1], 40)}" for found in _EMPTIES.finditer(body))
    for call in _RUNS.finditer(body):
        if call[1] != ")" and not _is_literal(body, call.end()):
            yield f"{what} runs SQL that is not one literal: {shorten(body[call.start() : call.end() + 20], 40)}"


def texts(body: str) -> Iterator[str]:
    """The literals of a body, without quotes."""
    for match in _TEXT.finditer(body):
        yield next((part for part in match.groups() if part is not None), "")


def _is_literal(body: str, start: int) -> bool:
    """Whether an argument is one text without interpolation."""
    text = _TEXT.match(body, start)
    if text is None or (text[0].startswith("`") and "${" in text[0]):
        return False
    return body[text.end() :].lstrip()[:1] in (")", "}", ",", ";", "")


def function_problems(body: str, what: str) -> Iterator[str]:
    """Why the body of a SQL function is refused: it is one expression or query."""
    try:
        if len(trees(body)) != 1:
            yield f"{what} is not one expression or query"
    except SqlError as error:
        yield f"{what} cannot be evaluated: {error}"
