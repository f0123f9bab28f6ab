"""SQL in the texts of Java, JavaScript, Python and Scala bodies, and code that hides what they run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lakekit_policies.sql import python_code, script, source_tokens
from lakekit_policies.sql.parse import SqlError, Word, shorten, statements, trees
from lakekit_policies.sql.words import heading

_TEXT: Final = re.compile(
    r'"""(.*?)"""|\'\'\'(.*?)\'\'\'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"|\'((?:[^\'\\\n]|\\.)*)\'', re.DOTALL
)
_COMMENT_OR_TEXT: Final = re.compile(rf"(?P<comment>//[^\n]*|/\*(?:(?!\*/).)*\*/)|{_TEXT.pattern}", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u+\{?([0-9A-Fa-f]{1,6})\}?|x([0-9A-Fa-f]{2})|([0-7]{1,3})|(.))", re.DOTALL)
_CONTROLS: Final = {"n": "\n", "t": "\t", "r": "\r", "f": " ", "b": " ", "v": " ", "\n": ""}
_RUNS: Final = re.compile(
    r"(?:\.\s*sql|\.\s*execute(?:Query|Update|Async)?|\bcreateStatement|\.\s*storedProcedure)\s*\(\s*"
    r"(?:\{\s*[\"']?sqlText[\"']?\s*:\s*)?(?=(\S))"
)
_CHANGES: Final = frozenset({"ALTER", "COPY", "CREATE", "DROP", "EXECUTE", "GRANT", "PUT", "REVOKE", "UNDROP", "USE"})
_DELETES: Final = frozenset({"DELETE FROM", "MERGE INTO", "TRUNCATE TABLE"})
# Snowpark: https://docs.snowflake.com/en/developer-guide/snowpark/reference/python/latest/snowpark/api/snowflake.snowpark.Table.delete
_EMPTIES: Final = re.compile(r"\.\s*table\s*\(([^()]*)\)\s*\.\s*(?:delete\s*\(\s*\)|drop_table\b)")
_HIDDEN: Final = {
    "javascript": re.compile(
        r"\b(?:eval|Function|Reflect|globalThis|Proxy)\b|\.\s*constructor\b|\bsnowflake\b(?!\s*\.)|\bthis\s*\["
        r"|\bsnowflake\s*\.\s*(?:execute|createStatement)\b(?!\s*\()|\[\s*[\"'`](?:constructor|execute|createStatement)"
    ),
    "java": re.compile(
        r"\b(?:Class\s*\.\s*forName|java\s*\.\s*lang\s*\.\s*(?:reflect|invoke)|ScriptEngine\w*|ProcessBuilder|"
        r"ClassLoader|URLClassLoader|MethodHandles?|ObjectInputStream|DriverManager)\b|\bgetRuntime\s*\(|"
        r"::\s*(?:sql|execute\w*|storedProcedure)\b|\.\s*(?:getMethods?|getDeclaredMethods?|defineClass)\s*\("
    ),
}
_HIDDEN["scala"] = re.compile(
    rf"{_HIDDEN['java'].pattern}|\bscala\s*\.\s*(?:reflect|tools|sys\s*\.\s*process)\b|\.\s*sql\s*(?:_|\n)|\bToolBox\b"
)
_STATEMENT: Final = re.compile(
    r"(?<![\w.$])(?:alter|create|drop|grant|merge|revoke|truncate|undrop)\s+(?!(?:in|of|instanceof|as)\b)[a-z_]\w*",
    re.IGNORECASE,
)
# Java reads these before it reads the text; an ASCII character written so hides a name.
_HIDDEN_LETTER: Final = re.compile(r"\\u+\{?00[0-7][0-9A-Fa-f]\}?")


def problems(body: str, what: str, language: str = "") -> Iterator[str]:
    """Statements that are refused, in the texts of a body, and statements and code that the body composes.

    Args:
        body: source text.
        what: name of the attribute, for messages.
        language: of the body, in lower case; empty for a text of any.
    """
    written, body = body, source_tokens.plain_code(body, language)
    for text in texts(body, language):
        try:
            found = statements(text)
        except SqlError:
            continue  # not SQL
        if any(_is_change(words) for words in found):
            yield from script.problems(shorten(text, 2000), f"{what}: a text")
    yield from (f"{what} deletes every row of {shorten(found[1], 40)}" for found in _EMPTIES.finditer(body))
    if language == "python":
        tree = python_code.tree(body)
        hidden = ["cannot be parsed as Python"] if tree is None else python_code.problems(tree)
        yield from (f"{what} {problem}" for problem in dict.fromkeys(hidden))
        return
    code = _without_comments(body)
    for call in _RUNS.finditer(code):
        if call[1] != ")" and not _is_literal(code, call.end()):
            yield f"{what} runs SQL that is not one literal: {shorten(code[call.start() : call.end() + 20], 40)}"
    if language in _HIDDEN:
        plain = _without_texts(code)
        if language == "javascript" and (outside := _STATEMENT.search(plain)):
            # Names that follow one another are no JavaScript: the text around them was not recognized.
            yield f"{what} contains SQL outside of a text: {shorten(outside[0], 40)}"
        for name in dict.fromkeys(found[0] for found in _HIDDEN[language].finditer(plain)):
            yield f"{what} runs or finds code by an expression: {shorten(name, 40)}"
        if _HIDDEN_LETTER.search(plain if language == "javascript" else written):
            yield f"{what} has letters that are written as \\u00…"


def texts(body: str, language: str = "") -> Iterator[str]:
    """The literals of a body, without quotes, and with their escapes resolved."""
    if language == "python" and (tree := python_code.tree(body)) is not None:
        yield from python_code.texts(tree)
        return
    for match in _TEXT.finditer(body):
        yield _unescaped(next((part for part in match.groups() if part is not None), ""))


def called(body: str, language: str) -> Iterator[str]:
    """The names of the procedures that a body calls by a method; those in its SQL are in its texts."""
    tree = python_code.tree(body) if language == "python" else None
    if tree is not None:
        yield from (name for name in python_code.called(tree) if name is not None)
        return
    code = _without_comments(source_tokens.plain_code(body, language))
    for call in re.finditer(r"\.\s*storedProcedure\s*\(\s*(?=[\"'`])", code):
        text = _TEXT.match(code, call.end())
        if text is not None and language in ("java", "scala"):
            yield _unescaped(next(part for part in text.groups() if part is not None))


def _is_change(words: list[Word]) -> bool:
    return len(words) > 1 and (heading(words, 1) in _CHANGES or heading(words, 2) in _DELETES)


def _unescaped(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[4] is not None:
            return _CONTROLS.get(match[4], match[4])
        code = int(match[3], 8) if match[3] else int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else ""

    return _ESCAPE.sub(character, text) if "\\" in text else text


def _without_comments(body: str) -> str:
    return _COMMENT_OR_TEXT.sub(lambda match: " " if match["comment"] else match[0], body)


def _without_texts(code: str) -> str:
    """Code with its texts emptied; names in brackets and templates with expressions stay."""
    keeps = re.compile(r"\$\{|^[\"'`](?:constructor|execute|createStatement)[\"'`]$")
    return _TEXT.sub(lambda match: match[0] if keeps.search(match[0]) else '""', code)


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
