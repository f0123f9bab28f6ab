"""Parse JSON texts in attributes: every text that cannot be read is one error, whatever is wrong with it."""

from __future__ import annotations

import json
from typing import Any, Final

MAX_DEPTH: Final = 100
"""Levels of objects and lists. No API of AWS accepts a document of half that depth; recursive readers fail at ten
times as many."""


class MalformedJsonError(ValueError):
    """The text is not JSON, or is nested too deeply to be evaluated."""


class TooDeepError(MalformedJsonError):
    """The text is nested more than `MAX_DEPTH` levels deep."""


def read_json_text(text: str, *, strict: bool = False) -> Any:
    """Parse a JSON text.

    Args:
        text: the text.
        strict: whether NaN and Infinity, which RFC 8259 does not have, are errors. A search for secrets and
            destinations reads such a text all the same.

    Raises:
        TooDeepError: it is nested more than `MAX_DEPTH` levels deep.
        MalformedJsonError: it is not JSON.
    """
    try:
        document = json.loads(text, parse_constant=_no_constant if strict else None)
    except RecursionError:
        raise TooDeepError(_TOO_DEEP) from None
    except ValueError as error:
        raise MalformedJsonError(str(error)) from error
    if text.count("[") + text.count("{") > MAX_DEPTH and _is_deep(document):
        raise TooDeepError(_TOO_DEEP)
    return document


_TOO_DEEP: Final = f"is nested more than {MAX_DEPTH} levels deep"


def _is_deep(document: Any) -> bool:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            part
            for one in level
            if isinstance(one, dict | list)
            for part in (one.values() if isinstance(one, dict) else one)
        ]
    return any(isinstance(one, dict | list) for one in level)


def is_too_deep(value: Any) -> bool:
    """Whether a value is a JSON text that is nested too deeply."""
    try:
        if isinstance(value, str) and value.count("[") + value.count("{") > MAX_DEPTH:
            read_json_text(value)
    except TooDeepError:
        return True
    except MalformedJsonError:
        return False
    return False


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
