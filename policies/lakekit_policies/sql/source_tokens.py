"""Code of Java, JavaScript and Scala without its comments and regular expressions, in which quotes open no text."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, Final

from pygments.lexers.javascript import JavascriptLexer
from pygments.lexers.jvm import JavaLexer, ScalaLexer
from pygments.token import Comment, String

_LEXERS: Final = {"java": JavaLexer, "javascript": JavascriptLexer, "scala": ScalaLexer}
# Java and Scala 2.12 replace them before they read comments and texts (Java Language Specification, 3.3).
_UNICODE: Final = re.compile(r"(?<!\\)((?:\\\\)*)\\u+([0-9A-Fa-f]{4})")
# They end a line in JavaScript (ECMA-262, "Line Terminators").
_LINE_ENDS: Final = str.maketrans({"\u2028": "\n", "\u2029": "\n"})


def plain_code(body: str, language: str) -> str:
    """Return code with a space for each comment and a number for each regular expression.

    A backtick in a text of another kind, as in a nested template, is escaped.

    Args:
        body: the code.
        language: its language; that of others is returned as it is.
    """
    if language not in _LEXERS:
        return body
    if language != "javascript":
        body = _UNICODE.sub(lambda match: match[1] + chr(int(match[2], 16)), body)
    parts = []
    for _, kind, text in _lexer(language).get_tokens_unprocessed(body.translate(_LINE_ENDS)):
        if kind in Comment:
            parts.append(" ")
        elif kind in String.Regex:
            parts.append("0")
        elif kind in String and kind not in String.Backtick:
            parts.append(text.replace("`", "\\`"))
        else:
            parts.append(text)
    return "".join(parts)


@cache
def _lexer(language: str) -> Any:
    return _LEXERS[language]()
