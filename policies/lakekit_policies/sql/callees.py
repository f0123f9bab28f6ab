"""What a script uses that is declared elsewhere: procedures, tasks and stages; and the tables that it copies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lakekit_policies.sql import embedded, script
from lakekit_policies.sql.functions import functions
from lakekit_policies.sql.parse import SqlError, Word, shorten, statements
from lakekit_policies.sql.queries import parts
from lakekit_policies.sql.words import Reader

_BEFORE: Final = frozenset(
    {"(", ")", ":=", "=", "BEGIN", "DECLARE", "THEN", "ELSE", "DO", "LOOP", "REPEAT", "AS", "ASYNC", ">", "->>"}
)
# Texts of programs that begin with another word are not SQL.
_STATEMENTS: Final = frozenset(
    {
        "BEGIN",
        "COPY",
        "CREATE",
        "DECLARE",
        "DELETE",
        "EXECUTE",
        "EXPLAIN",
        "FOR",
        "IF",
        "INSERT",
        "LET",
        "MERGE",
        "RETURN",
    }
    | {"SELECT", "UPDATE", "WITH", "(", "END", "ELSE", "ELSEIF", "THEN", "CASE", "WHILE", "LOOP", "REPEAT"}
)
_READS: Final = frozenset({"FROM", "JOIN", "USING"})
_WRITES: Final = frozenset({"INSERT", "MERGE", "COPY"})


@dataclass(frozen=True, slots=True)
class Callee:
    """What a script uses: a ``procedure`` or ``function`` that it calls, a ``task`` that it starts, a ``stage`` that it
    writes to, or a stage that it reads, the ``source``."""

    kind: str
    name: tuple[str, ...]


def callees(text: str) -> Iterator[Callee]:
    """What a script uses, also in EXECUTE IMMEDIATE of literals and in procedures of WITH; nothing if unreadable."""
    for words in _statements(text):
        if words[0].text in _STATEMENTS:
            yield from (Callee("function", name) for name in functions(words))
            yield from _sources_of(words)
        own = {words[index - 1].text for index, word in enumerate(words) if index and _is_procedure(words, index, word)}
        for index, word in enumerate(words):
            if word.kind == "string" and _runs(words, index):
                for inner in [word.text, *embedded.texts(word.text)]:
                    yield from callees(inner)
            if word.kind != "word" or not _begins(words, index):
                continue
            reader = Reader(words[index:])
            if reader.take("CALL"):
                name = _name(reader)
                if name and not name[0].startswith("SYSTEM$") and not (len(name) == 1 and name[0] in own):
                    yield Callee("procedure", name)
            elif reader.take("EXECUTE", "TASK"):
                yield Callee("task", _name(reader))
            elif reader.take("COPY", "INTO"):
                yield from _stage(words[index + 2 :])


def inline_problems(text: str, what: str) -> Iterator[str]:
    """Statements that are refused in the bodies of WITH … AS PROCEDURE, and in texts that a call passes on."""
    for words in _statements(text):
        for index, word in enumerate(words):
            if word.kind == "string" and _runs(words, index, immediate=True):
                yield from inline_problems(word.text, what)
            if word.kind != "word" or word.text != "LANGUAGE" or index + 1 >= len(words):
                continue
            language = words[index + 1].text
            body = next((at for at in range(index + 2, len(words)) if _runs(words, at)), None)
            if body is None:
                yield f"{what} has a procedure in {language} whose body is not a literal"
            elif language == "SQL":
                yield from script.problems(words[body].text, f"{what}: the procedure")
                yield from inline_problems(words[body].text, what)
            else:
                yield from embedded.problems(words[body].text, f"{what}: the procedure", language.lower())
            if any(one.kind == "word" and one.text == "EXTERNAL_ACCESS_INTEGRATIONS" for one in words):
                yield f"{what}: the procedure has external_access_integrations; its body can send data to their hosts"
            if any(one.kind == "word" and one.text == "IMPORTS" for one in words):
                yield f"{what}: the procedure imports code of a stage, which is not evaluated"
        if any(word.kind == "word" and word.text == "CALL" and _begins(words, at) for at, word in enumerate(words)):
            for word in words:
                if word.kind == "string":
                    yield from embedded.problems(repr(shorten(word.text, 2000)), f"{what}: an argument of CALL")


def copies(text: str) -> Iterator[tuple[tuple[str, ...], frozenset[tuple[str, ...]]]]:
    """Table or stage that a statement of a script writes, and the tables that it reads for it."""
    for words in _statements(text):
        for index, word in enumerate(words):
            if word.kind == "string" and _runs(words, index, immediate=True):
                yield from copies(word.text)
        start = next((at for at, word in enumerate(words) if word.kind == "word" and _is_write(words, at)), None)
        if start is None:
            continue
        into = next((at for at in range(start, len(words)) if words[at].text in ("INTO", "TABLE")), len(words))
        reader = Reader(words[into + 1 :])
        reader.take("IF", "NOT", "EXISTS")
        target = _name(reader)
        yield target, frozenset(_sources(words[start:])) - {target}


def _is_write(words: Sequence[Word], at: int) -> bool:
    if words[at].text == "CREATE":
        return any(word.text == "TABLE" for word in words[at : at + 6])
    return words[at].text in _WRITES


def _sources(words: Sequence[Word]) -> Iterator[tuple[str, ...]]:
    for index, word in enumerate(words[:-1]):
        following = words[index + 1]
        dynamic = word.text == "(" and words[index - 1].text in ("TABLE", "IDENTIFIER") and following.kind == "string"
        if dynamic:
            yield parts(following.text)
        elif word.kind == "word" and word.text in _READS:
            yield _name(Reader(words[index + 1 :]))
        elif word.text == "," and len(name := _name(Reader(words[index + 1 :]))) == 3:
            yield name


def _statements(text: str) -> list[list[Word]]:
    try:
        return statements(text)
    except SqlError:
        return []


def _name(reader: Reader) -> tuple[str, ...]:
    return tuple(reader.name().upper().split("."))


def _begins(words: Sequence[Word], index: int) -> bool:
    before = words[index - 1] if index else None
    return before is None or before.kind == "string" or (before.kind in ("word", "mark") and before.text in _BEFORE)


def _runs(words: Sequence[Word], index: int, *, immediate: bool = False) -> bool:
    """Whether a text is the body of a procedure, or the statement of EXECUTE IMMEDIATE."""
    before = [word.text for word in words[max(index - 2, 0) : index]]
    if words[index].kind != "string" or not before:
        return False
    return before == ["EXECUTE", "IMMEDIATE"] or (before[-1] == "AS" and not immediate)


def _is_procedure(words: Sequence[Word], index: int, word: Word) -> bool:
    following = words[index + 1].text if index + 1 < len(words) else ""
    return word.kind == "word" and word.text == "AS" and following == "PROCEDURE"


def _sources_of(words: Sequence[Word]) -> Iterator[Callee]:
    """The named stages that a statement reads: FROM @stage, FROM '@stage/path', FROM 's3://…'."""
    for index, word in enumerate(words):
        before = words[index - 1].text if index else ""
        is_text = word.kind == "string" and word.text.startswith("@") and before == "FROM"
        if is_text or (word.kind == "word" and word.text == "@" and before != "INTO"):
            yield from (Callee("source", stage.name) for stage in _stage(words[index:]))


def _stage(words: Sequence[Word]) -> Iterator[Callee]:
    """A named stage; those of a table and of a user are inside of Snowflake."""
    if words and words[0].kind == "string" and words[0].text.startswith("@"):
        name = parts(words[0].text[1:].partition("/")[0])
    elif words and words[0].kind == "word" and words[0].text == "@":
        name = _name(Reader(words[1:]))
    else:
        return
    if name[-1] and not name[-1].startswith(("~", "%")):
        yield Callee("stage", name)
