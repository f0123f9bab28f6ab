"""Sentences for values that a model rejects: what is given and what is allowed, in place of those of pydantic."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from lakekit_policies.shared.counted import counted

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

_KEBAB_CASE: Final = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
_GIVEN_CHARACTERS: Final = 80

_EXPECTED: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "model_type": lambda _: "a section with keys",
    "model_attributes_type": lambda _: "a section with keys",
    "dict_type": lambda _: "a section with keys",
    "mapping_type": lambda _: "a section with keys",
    "list_type": lambda _: "a list",
    "tuple_type": lambda _: "a list",
    "set_type": lambda _: "a list",
    "frozen_set_type": lambda _: "a list",
    "string_type": lambda _: "text",
    "bool_type": lambda _: "true or false",
    "bool_parsing": lambda _: "true or false",
    "int_type": lambda _: "a whole number",
    "int_parsing": lambda _: "a whole number",
    "int_parsing_size": lambda _: "a smaller whole number",
    "int_from_float": lambda _: "a whole number",
    "float_type": lambda _: "a number",
    "float_parsing": lambda _: "a number",
    "finite_number": lambda _: "a finite number",
    "enum": lambda ctx: f"one of {ctx.get('expected')}",
    "literal_error": lambda ctx: f"one of {ctx.get('expected')}",
    "union_tag_invalid": lambda ctx: f"{ctx.get('discriminator')} one of {ctx.get('expected_tags')}",
    "union_tag_not_found": lambda ctx: f"a section with the key {ctx.get('discriminator')}",
    "greater_than_equal": lambda ctx: f"at least {ctx.get('ge')}",
    "greater_than": lambda ctx: f"more than {ctx.get('gt')}",
    "less_than_equal": lambda ctx: f"at most {ctx.get('le')}",
    "less_than": lambda ctx: f"less than {ctx.get('lt')}",
    "multiple_of": lambda ctx: f"a multiple of {ctx.get('multiple_of')}",
    "too_short": lambda ctx: f"at least {counted(ctx.get('min_length'), 'entry', 'entries')}",
    "too_long": lambda ctx: f"at most {counted(ctx.get('max_length'), 'entry', 'entries')}",
    "string_too_short": lambda ctx: f"at least {counted(ctx.get('min_length'), 'character')}",
    "string_too_long": lambda ctx: f"at most {counted(ctx.get('max_length'), 'character')}",
    "string_pattern_mismatch": lambda ctx: (
        "lower-case letters, digits and single hyphens, a letter first"
        if ctx.get("pattern") == _KEBAB_CASE
        else f"text of the form {ctx.get('pattern')}"
    ),
    "date_type": lambda _: "a date such as 2026-12-31",
    "date_parsing": lambda _: "a date such as 2026-12-31",
    "date_from_datetime_parsing": lambda _: "a date such as 2026-12-31",
}
# Validators state the key themselves: `governance.roles.analyst.read.zone: gold is not one of …`.
_STATED_KEY: Final = re.compile(r"((?:[a-z_]+)(?:\.[\w-]+)+)(?=[ :])")


def expectation(detail: ErrorDetails) -> str | None:
    """Return what is expected in place of a value, such as `a whole number`; None if a validator says so itself."""
    kind = detail["type"]
    return _EXPECTED[kind](detail.get("ctx", {})) if kind in _EXPECTED else None


def describe(detail: ErrorDetails) -> tuple[str, str]:
    """Return problem and fix for a value that a model rejects, without its key; the fix may be empty.

    Args:
        detail: An error of pydantic, other than an unknown or missing key.
    """
    given, kind, expected = detail["input"], detail["type"], expectation(detail)
    if expected is None:
        message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
        return message[:1].lower() + message[1:], ""
    shown = counted(len(given), "entry", "entries") if kind in {"too_short", "too_long"} else shown_value(given)
    choices = re.findall(r"'([^']+)'", str(detail.get("ctx", {}).get("expected", "")))
    near = difflib.get_close_matches(str(given), choices, 1)
    return f"expected {expected}, not {shown}", f"did you mean {near[0]!r}?" if near else f"write {expected}"


def describe_value(detail: ErrorDetails, name: str) -> str:
    """Return the problem of a named value: `owner 'x': expected …`."""
    expected = expectation(detail)
    return f"{name} {shown_value(detail['input'])}: {f'expected {expected}' if expected else describe(detail)[0]}"


def stated_key(message: str) -> tuple[str, ...]:
    """Return the key that a validator of several keys names at the start of its message; empty if there is none."""
    found = _STATED_KEY.match(message.removeprefix("Value error, "))
    return tuple(found[1].split(".")) if found else ()


def shown_value(given: Any) -> str:
    """Return a value as it is written in YAML, at most `_GIVEN_CHARACTERS` long."""
    if isinstance(given, dict):
        return "a section with keys"
    if isinstance(given, list | tuple):
        return "a list"
    if isinstance(given, set | frozenset):
        return "a set"
    if isinstance(given, bytes):
        return "binary data"
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        text = str(given).lower()
    elif isinstance(given, float) and not math.isfinite(given):
        text = ".nan" if math.isnan(given) else ".inf" if given > 0 else "-.inf"
    else:
        text = given.isoformat() if isinstance(given, date) else repr(given)
    return text if len(text) <= _GIVEN_CHARACTERS else f"{text[:_GIVEN_CHARACTERS]}…"
