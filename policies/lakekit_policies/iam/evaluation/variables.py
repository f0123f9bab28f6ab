"""Policy variables: ``${aws:PrincipalTag/team}``, ``${aws:PrincipalTag/team, 'default'}``, ``${*}``.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.iam.statements import Condition, Statement

_VARIABLE: Final = re.compile(r"\$\{([^{}]*)\}")
_DEFAULT: Final = re.compile(r"\s*([^,\s]+)\s*,\s*'(.*)'\s*", re.DOTALL)
_SPECIAL: Final = ("*", "?", "$")
_UNKNOWN: Final = "\ue210"
"""In place of a variable without a value: no request contains the character, so that nothing matches."""
_TEXT_OPERATORS: Final = ("string", "arn")


def has_variables(statement: Statement) -> bool:
    """Whether the resources or conditions of a statement contain variables."""
    texts = [*(statement.resources or ()), *(statement.not_resources or ())]
    texts += [value for one in statement.conditions if _takes_variables(one) for value in one.values]
    return any("${" in text for text in texts)


def expanded(statement: Statement, context: Mapping[str, tuple[str, ...]]) -> Statement:
    """The statement with the values of its variables in one request."""

    def all_of(texts: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if texts is None else tuple(expand(text, context) for text in texts)

    return replace(
        statement,
        resources=all_of(statement.resources),
        not_resources=all_of(statement.not_resources),
        conditions=tuple(
            replace(one, values=tuple(expand(value, context) for value in one.values)) if _takes_variables(one) else one
            for one in statement.conditions
        ),
    )


def expand(text: str, context: Mapping[str, tuple[str, ...]]) -> str:
    """A text with the values of variables, in which wildcards are ordinary characters."""

    def value(match: re.Match[str]) -> str:
        inner = match[1]
        if inner in _SPECIAL:
            return wildcards.literal(inner)
        default = _DEFAULT.fullmatch(inner)
        found = context.get((default[1] if default else inner.strip()).lower(), ())
        if len(found) == 1:
            return wildcards.literal(found[0])
        # Keys with several values cannot be variables.
        return wildcards.literal(default[2]) if default and not found else _UNKNOWN

    return _VARIABLE.sub(value, text)


def _takes_variables(condition: Condition) -> bool:
    """Whether the values of an operator may contain variables: those on strings and ARNs."""
    return condition.operator.rpartition(":")[2].lower().startswith(_TEXT_OPERATORS)
