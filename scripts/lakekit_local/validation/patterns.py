"""Patterns of service models, which are written for Java and ECMAScript, as expressions of the library `regex`.

Anchors: services whose models have patterns without anchors match the whole value (the service answers
``Member must satisfy regular expression pattern: [\\w+=,.@-]+`` to a role name with a space); patterns with an anchor
come from Smithy, which searches (Smithy specification, "pattern trait": expressions are not anchored implicitly).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import regex

MAX_SECONDS: Final = 0.25
"""CPU time of the evaluation of one pattern: some take exponential time for a value made for it."""

EXCLUDED: Final = {
    r"^arn:aws(-[a-z]{1,3}){0,2}:rbin:[a-z\-0-9]{0,63}:[0-9]{12}:rule/[0-9a-zA-Z]{11}{0,1011}$": (
        "a quantifier follows a quantifier, which neither Java nor ECMAScript defines"
    ),
}
"""Patterns that are not evaluated, each with its reason. Every other pattern of botocore's models compiles."""

_TRANSLATIONS: Final = (
    # Java reads two surrogates as one character beyond the basic plane, and thus their range as all of these.
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"),
    (r"\p{all}", r"\s\S"),
    (r"\p{LD}", r"[\p{L}\p{Nd}]"),
    (r"\x{60}", r"\x60"),
)


@cache
def matcher(pattern: str) -> Callable[[str], bool] | None:
    """A function that says whether a value has the form of a pattern; None for an excluded one.

    The function raises TimeoutError if that takes longer than `MAX_SECONDS`.

    Raises:
        regex.error: the pattern does not compile.
    """
    if pattern in EXCLUDED:
        return None
    text = pattern
    for java, translated in _TRANSLATIONS:
        text = text.replace(java, translated)
    # \w, \d and \s are ASCII in Java; with the flag, \p{L} would be, too.
    flags = regex.VERSION0 if r"\p{" in text or r"\P{" in text else regex.VERSION0 | regex.ASCII
    compiled = regex.compile(text, flags)
    find = compiled.search if text.startswith("^") or text.endswith("$") else compiled.fullmatch
    return lambda value: within_limit(lambda: find(value, timeout=MAX_SECONDS)) is not None


def within_limit(find: Callable[[], Any]) -> Any:
    """The result of an evaluation.

    The library counts the time of other threads, so that a busy machine would end any evaluation: it is repeated until
    this thread has used up the limit.

    Raises:
        TimeoutError: the evaluation takes more CPU time than `MAX_SECONDS`.
    """
    started = time.thread_time()
    while True:
        try:
            return find()
        except TimeoutError:
            if time.thread_time() - started >= MAX_SECONDS / 2:
                raise
