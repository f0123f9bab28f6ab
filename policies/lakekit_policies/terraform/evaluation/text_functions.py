"""Functions of Terraform that read or give a text.

https://developer.hashicorp.com/terraform/language/functions
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from lakekit_policies.terraform.evaluation.values import EvaluationError, UndecidedError, to_text

_SPACES: Final = "\t\n\v\f\r "
"""Spaces of ASCII in Go; Python has more."""
_SURROGATE: Final = re.compile(r"\\u[dD][89a-fA-F]")


def _join(separator: Any, *values: Any) -> str:
    if not all(isinstance(one, list) for one in values):
        raise UndecidedError("no list")
    return to_text(separator).join(to_text(one) for value in values for one in value)


def _split(separator: Any, text: Any) -> list[str]:
    if not to_text(separator):
        raise UndecidedError("no separator")
    return to_text(text).split(to_text(separator))


def _ascii(change: Callable[[str], Any]) -> Callable[[Any], Any]:
    def changed(value: Any) -> Any:
        text = to_text(value)
        if not text.isascii():
            raise UndecidedError("no ASCII")
        return change(text)

    return changed


def _replaced(text: Any, old: Any, new: Any) -> str:
    if to_text(old).startswith("/") or not old:
        raise UndecidedError("a regular expression")
    return to_text(text).replace(to_text(old), to_text(new))


def _format(text: Any, *values: Any) -> str:
    parts = to_text(text).split("%s")
    if "%" in "".join(parts) or len(parts) != len(values) + 1 or any(one is None for one in values):
        raise UndecidedError("other verbs")
    return "".join(part + to_text(value) for part, value in zip(parts, (*values, ""), strict=True))


def _jsonencode(value: Any) -> str:
    text = json.dumps(_sorted(value), separators=(",", ":"), ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def _sorted(value: Any) -> Any:
    if isinstance(value, float):
        raise UndecidedError("a number that is not whole")
    if isinstance(value, dict):
        return {name: _sorted(one) for name, one in sorted(value.items())}
    return [_sorted(one) for one in value] if isinstance(value, list) else value


def _jsondecode(text: Any) -> Any:
    given = to_text(text)
    if _SURROGATE.search(given):
        raise UndecidedError("a surrogate")
    try:
        return json.loads(given, parse_constant=_refused)
    except ValueError as error:
        raise EvaluationError("no JSON") from error


def _refused(constant: str) -> Any:
    """Python reads ``NaN`` and ``Infinity``, which are not JSON."""
    raise ValueError(constant)


TEXT_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "endswith": lambda text, end: to_text(text).endswith(to_text(end)),
    "format": _format,
    "join": _join,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "lower": _ascii(str.lower),
    "replace": _replaced,
    "split": _split,
    "startswith": lambda text, start: to_text(text).startswith(to_text(start)),
    "trimspace": _ascii(lambda text: text.strip(_SPACES)),
    "upper": _ascii(str.upper),
}
