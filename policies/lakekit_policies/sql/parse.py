"""SQL text to syntax trees and tokens, with limits; every failure is a :class:`SqlError`."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.snowflake import Snowflake
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from lakekit_policies.shared.interpolations import UNKNOWN_NAME

# sqlglot logs a warning for each statement kind without a class of its own.
logging.getLogger("sqlglot").setLevel(logging.ERROR)

MAX_LENGTH: Final = 100_000
"""Characters of a text that are parsed; Snowflake accepts 1 MB, a policy or statement of the provider needs little."""
MAX_TOKENS: Final = 20_000
"""Tokens that are parsed, so that a hostile text ends within a second."""

SNOWFLAKE: Final = "snowflake"
PARTIQL: Final = ""
"""sqlglot's own dialect: single-quoted strings, double-quoted names, no backslash escapes."""

_INTERPOLATION: Final = re.compile(r"(?<!\$)\$\{[^{}]*\}")
# Characters that end a line for some readers only, and templates, which sqlglot skips like comments.
_AMBIGUOUS: Final = re.compile(r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]|\{[#%]")
# Snowflake's manual does not say whether comments nest: a text whose meaning depends on it is not evaluated.
_NESTED_COMMENT: Final = re.compile(r"/\*(?:(?!\*/).)*/\*", re.DOTALL)


class SqlError(Exception):
    """The text cannot be evaluated; the message says why, on one line."""


@dataclass(frozen=True, slots=True)
class Word:
    """A token: text in upper case for keywords and unquoted names, as written for strings and quoted names."""

    text: str
    kind: str
    """``word``, ``name`` (double-quoted), ``string``, ``number`` or ``mark``."""

    def __str__(self) -> str:
        return {"string": f"'{self.text}'", "name": f'"{self.text}"'}.get(self.kind, self.text)


@lru_cache(maxsize=256)
def expression(text: str, dialect: str = SNOWFLAKE) -> exp.Expr:
    """The tree of one expression; several rules read the same policy, so trees are kept and must not be changed.

    Raises:
        SqlError: it cannot be parsed, or there are several.
    """
    found = trees(text, dialect)
    if len(found) != 1:
        raise SqlError(f"expected one expression, got {len(found)}" if found else "the expression is empty")
    return found[0]


def trees(text: str, dialect: str = SNOWFLAKE) -> list[exp.Expr]:
    """The tree of each statement or expression of a text.

    Raises:
        SqlError: the text is too long, nested too deeply, or cannot be parsed.
    """
    tokens = _tokens(text, dialect)
    if dialect == SNOWFLAKE and any(token.token_type is TokenType.DARROW for token in tokens):
        raise SqlError("the SQL chains statements with ->>")
    try:
        found = Dialect.get_or_raise(dialect).parser().parse(tokens, text)
    except RecursionError:
        raise SqlError("the SQL is nested too deeply to be evaluated") from None
    except SqlglotError as error:
        raise SqlError(f"the SQL cannot be parsed: {_plain(error)}") from None
    return [tree for tree in found if tree is not None and not isinstance(tree, exp.Semicolon)]


def has_cast(text: str, dialect: str) -> bool:
    """Whether a text says ``CAST`` or ``::``; trees show ``DATE '2026-01-01'`` as a cast too.

    Raises:
        SqlError: the text is too long or cannot be tokenized.
    """
    casts = (TokenType.DCOLON, TokenType.DCOLONDOLLAR)
    return any(
        token.token_type in casts or (token.token_type not in _STRINGS and token.text.upper() in ("CAST", "TRY_CAST"))
        for token in _tokens(text, dialect)
    )


def statements(text: str) -> list[list[Word]]:
    """The words of each statement of a Snowflake text, of a chain of statements too, without comments.

    Raises:
        SqlError: the text is too long or cannot be tokenized.
    """
    found: list[list[Word]] = [[]]
    for token in _tokens(text, SNOWFLAKE, words=True):
        if token.token_type in _ENDS:
            found.append([])
        else:
            found[-1].append(_word(token))
    return [words for words in found if words]


def shorten(text: str, length: int = 80) -> str:
    """A text for messages: on one line, at most ``length`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}…"


def sql(tree: exp.Expr) -> str:
    """A tree as SQL for messages."""
    try:
        return shorten(tree.sql(dialect=SNOWFLAKE, comments=False))
    except (RecursionError, SqlglotError, ValueError):
        return "an expression"


class _WordTokenizer(Snowflake.Tokenizer):
    """Reads EXECUTE, CALL and their like word by word; sqlglot keeps the rest of such statements as one text."""

    COMMANDS: ClassVar = set()


def _tokens(text: str, dialect: str, *, words: bool = False) -> list[Token]:
    if len(text) > MAX_LENGTH:
        raise SqlError(f"the SQL has {len(text)} characters; at most {MAX_LENGTH} are evaluated")
    if _AMBIGUOUS.search(text):
        raise SqlError("the SQL has control characters or template marks, whose meaning is not certain")
    if _NESTED_COMMENT.search(text):
        raise SqlError("the SQL has a comment inside a comment")
    try:
        plain = _INTERPOLATION.sub(UNKNOWN_NAME, text)
        reader = Dialect.get_or_raise(dialect)
        tokens = _WordTokenizer(dialect=reader).tokenize(plain) if words else reader.tokenize(plain)
    except (SqlglotError, RecursionError) as error:
        raise SqlError(f"the SQL cannot be parsed: {_plain(error)}") from None
    if len(tokens) > MAX_TOKENS:
        raise SqlError(f"the SQL has {len(tokens)} tokens; at most {MAX_TOKENS} are evaluated")
    return tokens


# Snowflake runs the statement after `->>` as it does one after `;` ("Flow operators").
_ENDS: Final = frozenset({TokenType.SEMICOLON, TokenType.DARROW})
_STRINGS: Final = frozenset(
    {TokenType.STRING, TokenType.RAW_STRING, TokenType.HEREDOC_STRING, TokenType.NATIONAL_STRING}
)


def _word(token: Token) -> Word:
    if token.token_type in _STRINGS:
        return Word(token.text, "string")
    if token.token_type is TokenType.IDENTIFIER:
        return Word(token.text, "name")
    if token.token_type is TokenType.NUMBER:
        return Word(token.text, "number")
    text = token.text.upper()
    return Word(text, "word" if text[:1].isalpha() or text[:1] in "_$@" else "mark")


def _plain(error: BaseException) -> str:
    """First line of a message without terminal colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split("\n", maxsplit=1)[0].rstrip(".")[:120]
