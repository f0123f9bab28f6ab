"""SQL that runs later without review: tasks, alerts, and bodies of procedures.

Such SQL may read and write tables and load from stages. Statements that change access, structure or settings belong in
the configuration, where they are planned and evaluated; they are refused here wherever in a script a statement can
begin.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lakekit_policies.sql import deletions
from lakekit_policies.sql.parse import SqlError, Word, statements
from lakekit_policies.sql.words import heading, title

_DATA: Final = frozenset(
    {
        "SELECT",
        "WITH",
        "INSERT",
        "UPDATE",
        "DELETE",
        "MERGE",
        "TRUNCATE",
        "CALL",
        "SHOW",
        "DESCRIBE",
        "DESC",
        "EXPLAIN",
        "LIST",
        "LS",
        "COMMIT",
        "ROLLBACK",
    }
)
_CHANGES: Final = frozenset(
    {
        "ALTER",
        "COMMENT",
        "COPY",
        "CREATE",
        "DROP",
        "EXECUTE",
        "GET",
        "GRANT",
        "PUT",
        "REMOVE",
        "RM",
        "REVOKE",
        "SET",
        "UNDROP",
        "UNSET",
        "USE",
    }
)
_SCRIPTING: Final = frozenset(
    {
        "BEGIN",
        "END",
        "DECLARE",
        "LET",
        "RETURN",
        "IF",
        "ELSEIF",
        "ELSE",
        "FOR",
        "WHILE",
        "LOOP",
        "REPEAT",
        "UNTIL",
        "DO",
        "CASE",
        "WHEN",
        "THEN",
        "BREAK",
        "CONTINUE",
        "EXCEPTION",
        "RAISE",
        "OPEN",
        "FETCH",
        "CLOSE",
        "NULL",
        "AWAIT",
        "CANCEL",
        "START",
    }
)
_BEFORE: Final = frozenset({"(", ":=", "=", "BEGIN", "DECLARE", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "AS", "ASYNC"})
"""Words and marks after which a statement can begin."""
_SYSTEM_FUNCTIONS: Final = ("SYSTEM$GET_", "SYSTEM$STREAM_", "SYSTEM$TASK_", "SYSTEM$TYPEOF", "SYSTEM$SEND_EMAIL")
_LOCATIONS: Final = ("s3://", "s3gov://", "s3china://", "s3compat://", "gcs://", "azure://", "https://", "http://")


def problems(text: str, what: str) -> Iterator[str]:
    """Statements of a script that are refused.

    Args:
        text: one statement, several, or a block.
        what: name of the attribute, for messages.
    """
    try:
        found = statements(text)
        if not found:
            yield f"{what} is empty"
        declaring = False
        temporary = deletions.temporary_tables(found)
        for words in found:
            declaring = declaring or heading(words, 1) == "DECLARE"
            declaring = declaring and not any(word.kind == "word" and word.text == "BEGIN" for word in words)
            for problem in dict.fromkeys((*_problems(words, declaring=declaring), *_deletions(words, temporary))):
                yield f"{what} {problem}"
    except (SqlError, RecursionError) as error:
        yield f"{what} cannot be evaluated: {error}"


def copied_urls(text: str) -> Iterator[str]:
    """URLs that COPY statements at the beginning of a statement name; nothing if the text is unreadable."""
    try:
        found = statements(text)
    except SqlError:
        return
    for words in found:
        starts = (at for at, word in enumerate(words) if word.text == "COPY" and _begins(words, at))
        yield from (word.text for at in starts for word in words[at:] if _is_url(word))


def pipe_problems(text: str) -> Iterator[str]:
    """Why the statement of a pipe is refused: it is not one COPY INTO a table."""
    yield from problems(text, "copy_statement")
    try:
        found = statements(text)
    except SqlError:
        return
    target = found[0][2].text if found and len(found[0]) > 2 else ""
    if len(found) != 1 or heading(found[0], 2) != "COPY INTO" or target.startswith("@"):
        yield "copy_statement is not one COPY INTO a table"


def _problems(words: Sequence[Word], *, declaring: bool = False) -> Iterator[str]:
    first = words[0]
    assigned = len(words) > 1 and words[1].text in (":=", ":")
    known = first.kind != "name" and first.text in _DATA | _CHANGES | _SCRIPTING | {"("}
    if not known and not assigned and not (declaring and first.text not in _CHANGES):
        yield f"contains a statement that is not known: {title(words, 3) or first}"
    for index, word in enumerate(words):
        if word.kind == "word" and word.text.startswith("SYSTEM$") and not word.text.startswith(_SYSTEM_FUNCTIONS):
            yield f"calls {word.text}"
        if word.kind != "word" or word.text not in _CHANGES:
            continue
        begins = _begins(words, index)
        called = index + 1 < len(words) and words[index + 1].text == "("
        if begins and not called:
            yield from _change(words[index:])


def _deletions(words: Sequence[Word], temporary: frozenset[str]) -> Iterator[str]:
    for index, word in enumerate(words):
        if not _begins(words, index) or word.kind != "word":
            continue
        table = deletions.emptied(words, index)
        if table is not None and table not in temporary:
            yield f"deletes every row of {table}"
        table = deletions.updated(words, index)
        if table is not None and table not in temporary:
            yield f"updates every row of {table}"


def _begins(words: Sequence[Word], index: int) -> bool:
    """Whether a statement can begin at a word."""
    return index == 0 or (words[index - 1].text in _BEFORE and words[index - 1].kind in ("word", "mark"))


def _is_url(word: Word) -> bool:
    return word.kind == "string" and word.text.lower().startswith(_LOCATIONS)


def _change(words: Sequence[Word]) -> Iterator[str]:
    head = heading(words, 2)
    if words[0].text == "COPY":
        yield from _copy(words)
    elif head == "EXECUTE IMMEDIATE":
        yield from _immediate(words)
    elif not _is_harmless(words):
        yield f"contains a statement that changes access, structure or settings: {title(words, 4)} …"


def _is_harmless(words: Sequence[Word]) -> bool:
    """Whether a statement starts a task, refreshes an object or creates a table of the session."""
    head = heading(words, 2)
    if head.startswith("ALTER "):
        return any(word.kind == "word" and word.text == "REFRESH" for word in words[3:6])
    temporary = {"TEMP", "TEMPORARY"} & {word.text for word in words[1:5] if word.kind == "word"}
    return head == "EXECUTE TASK" or (head.startswith("CREATE") and bool(temporary))


def _copy(words: Sequence[Word]) -> Iterator[str]:
    """COPY between tables and named stages; a URL or credentials bypass the storage integration."""
    if any(map(_is_url, words)):
        yield "copies to or from a URL; use a named stage"
    if any(word.text in ("CREDENTIALS", "STORAGE_INTEGRATION") and word.kind == "word" for word in words):
        yield "copies with inline credentials or a storage integration; use a named stage"


def _immediate(words: Sequence[Word]) -> Iterator[str]:
    literal = words[2] if len(words) > 2 else None
    following = words[3] if len(words) > 3 else None
    if literal is None or literal.kind != "string" or (following is not None and following.text == "|"):
        yield "contains EXECUTE IMMEDIATE of an expression; write the statement itself"
        return
    if following is not None and following.text not in (")", "USING", "END"):
        yield "contains EXECUTE IMMEDIATE of an expression; write the statement itself"
        return
    for inner in statements(literal.text):
        for problem in (*_problems(inner), *_deletions(inner, frozenset())):
            yield f"contains EXECUTE IMMEDIATE, which {problem}"
