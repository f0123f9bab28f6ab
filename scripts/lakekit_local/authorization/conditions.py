"""Evaluate the conditions of a policy statement with the semantics of IAM.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators" (missing keys, negated operators, IfExists,
set operators, Null). Key names are case-insensitive, as in IAM.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Context = Mapping[str, list[str]]


def conditions_match(conditions: Mapping[str, Mapping[str, Any]] | None, context: Context) -> bool:
    """Whether every condition holds for the request context; an empty block always holds."""
    keys = {name.lower(): values for name, values in context.items()}
    return all(
        _operator_matches(operator, keys.get(name.lower()), [_expand_variables(v, keys) for v in as_list(expected)])
        for operator, tests in (conditions or {}).items()
        for name, expected in tests.items()
    )


def as_list(value: Any) -> list[str]:
    """Return a scalar or list of a policy as a list of strings; booleans in lower case."""
    values = value if isinstance(value, list) else [value]
    return [str(v).lower() if isinstance(v, bool) else str(v) for v in values]


def wildcard_match(value: str, pattern: str) -> bool:
    """Match IAM's wildcards: ``*`` for any number of characters, ``?`` for one."""
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _operator_matches(operator: str, values: list[str] | None, expected: list[str]) -> bool:
    quantifier, _, plain = operator.rpartition(":")
    if plain == "Null":
        return (values is None) == (expected[0] == "true")
    if_exists = plain.endswith("IfExists")
    plain = plain.removesuffix("IfExists")
    if plain not in _OPERATORS:
        raise ValueError(f"Unknown condition operator {operator}")
    test, negated = _OPERATORS[plain]

    def matches(value: str) -> bool:
        found = any(test(value, want) for want in expected)
        return not found if negated else found

    if values is None:
        return if_exists or negated or quantifier == "ForAllValues"
    if quantifier == "ForAllValues":
        return all(matches(value) for value in values)
    if negated and not quantifier:
        return all(matches(value) for value in values)
    return any(matches(value) for value in values)


def _expand_variables(text: str, context: Context) -> str:
    def value(match: re.Match[str]) -> str:
        found = context.get(match.group(1).lower())
        return found[0] if found else match.group(0)

    return re.sub(r"\$\{([A-Za-z0-9:/_.-]+)\}", value, text)


def _arn_like(value: str, pattern: str) -> bool:
    got, want = value.split(":", 5), pattern.split(":", 5)
    return len(got) == len(want) and all(wildcard_match(g, w) for g, w in zip(got, want, strict=True))


def _numbers(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda value, want: compare(float(value), float(want))


def _moment(text: str) -> float:
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text)
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def _dates(compare: Callable[[float, float], bool]) -> Callable[[str, str], bool]:
    return lambda value, want: compare(_moment(value), _moment(want))


def _in_network(value: str, network: str) -> bool:
    return ipaddress.ip_address(value) in ipaddress.ip_network(network, strict=False)


def _same(value: str, want: str) -> bool:
    return value == want


def _same_ignoring_case(value: str, want: str) -> bool:
    return value.lower() == want.lower()


_OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "StringEquals": (_same, False),
    "StringNotEquals": (_same, True),
    "StringEqualsIgnoreCase": (_same_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_same_ignoring_case, True),
    "StringLike": (wildcard_match, False),
    "StringNotLike": (wildcard_match, True),
    "ArnEquals": (_arn_like, False),
    "ArnNotEquals": (_arn_like, True),
    "ArnLike": (_arn_like, False),
    "ArnNotLike": (_arn_like, True),
    "Bool": (_same_ignoring_case, False),
    "BinaryEquals": (_same, False),
    "IpAddress": (_in_network, False),
    "NotIpAddress": (_in_network, True),
    "NumericEquals": (_numbers(lambda a, b: a == b), False),
    "NumericNotEquals": (_numbers(lambda a, b: a == b), True),
    "NumericLessThan": (_numbers(lambda a, b: a < b), False),
    "NumericLessThanEquals": (_numbers(lambda a, b: a <= b), False),
    "NumericGreaterThan": (_numbers(lambda a, b: a > b), False),
    "NumericGreaterThanEquals": (_numbers(lambda a, b: a >= b), False),
    "DateEquals": (_dates(lambda a, b: a == b), False),
    "DateNotEquals": (_dates(lambda a, b: a == b), True),
    "DateLessThan": (_dates(lambda a, b: a < b), False),
    "DateLessThanEquals": (_dates(lambda a, b: a <= b), False),
    "DateGreaterThan": (_dates(lambda a, b: a > b), False),
    "DateGreaterThanEquals": (_dates(lambda a, b: a >= b), False),
}
