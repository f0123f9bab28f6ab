"""Conditions as constraints on the values of a key in the request.

A request holds a set of values for each key: none if the key is absent, one for most keys, several for multivalued
keys. Every operator is one of two constraints on that set, or a choice between several:

=========================  ============================================
``StringEquals``           a value passes
``StringNotEquals``        no value fails; holds for an absent key
``…IfExists``              every value passes; holds for an absent key
``ForAllValues:``          every value passes; holds for an absent key
``ForAnyValue:``           a value passes
``Null: true``             there is no value
=========================  ============================================

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.iam.statements import Condition, MalformedPolicyError
from lakekit_policies.iam.value_tests import ADDRESS, ANY, NONE, NUMBER, OPAQUE, STRING, ValueTest, number_of

OWN_ACCOUNT: Final = "\ue200account"
"""Stands for ``${aws:ResourceAccount}`` in a resource policy: the account of the resource."""
OWN_ORGANIZATION: Final = "\ue200organization"
"""Stands for ``${aws:ResourceOrgID}`` in a resource policy."""
_OWN: Final = {"${aws:resourceaccount}": OWN_ACCOUNT, "${aws:resourceorgid}": OWN_ORGANIZATION}
_POLICY_VARIABLE: Final = re.compile(r"\$\{[A-Za-z0-9-]+:[^}]+\}")


@dataclass(frozen=True, slots=True)
class Constraint:
    """On the values of a key: one passes the test (``some``), or all do (``every``, also without any value)."""

    some: bool
    test: ValueTest

    def holds(self, values: tuple[str, ...]) -> bool:
        """Whether it holds for the values of the key in one request; none if the key is absent."""
        found = map(self.test.passes, values)
        return any(found) if self.some else all(found)

    @property
    def inverse(self) -> Constraint:
        return Constraint(not self.some, self.test.inverse)


PRESENT: Final = Constraint(some=True, test=ANY)
ABSENT: Final = Constraint(some=False, test=NONE)


@dataclass(frozen=True, slots=True)
class Clause:
    """Constraints on one key, of which one has to hold."""

    key: str
    alternatives: tuple[Constraint, ...]
    condition: Condition | None = None
    """The condition it comes from."""

    def holds(self, values: tuple[str, ...]) -> bool:
        """Whether it holds for the values of the key in one request."""
        return any(one.holds(values) for one in self.alternatives)


@lru_cache(maxsize=16_384)
def clause_of(condition: Condition, *, of_resource: bool = True) -> Clause:
    """The clause of a condition.

    Args:
        condition: the condition.
        of_resource: whether the policy belongs to a resource, whose account and organization are its own.

    Raises:
        MalformedPolicyError: the operator does not exist, or a value is not of its type.
    """
    operator, quantifier = condition.operator, ""
    if ":" in operator:
        quantifier, operator = operator.split(":", 1)
        if quantifier.lower() not in ("forallvalues", "foranyvalue"):
            raise MalformedPolicyError(f"the condition operator {condition.operator} does not exist")
    if_exists = operator.lower().endswith("ifexists")
    operator = operator[: -len("IfExists")] if if_exists else operator
    if operator.lower() == "null":
        held = [ABSENT if value.lower() == "true" else PRESENT for value in condition.values]
        return Clause(condition.key, tuple(held), condition)
    test = _test(operator.lower(), condition, _OWN if of_resource else {})
    if quantifier.lower() == "forallvalues":
        alternatives = [Constraint(some=False, test=test)]
    elif quantifier:
        alternatives = [Constraint(some=True, test=test)] + ([ABSENT] if if_exists else [])
    else:
        alternatives = [Constraint(some=not (test.negated or if_exists), test=test)]
    return Clause(condition.key, tuple(alternatives), condition)


def _test(operator: str, condition: Condition, own: Mapping[str, str]) -> ValueTest:
    if operator not in _OPERATORS:
        raise MalformedPolicyError(f"the condition operator {condition.operator} does not exist")
    family, negated, convert = _OPERATORS[operator]
    values = [own.get(value.lower(), value) for value in condition.values]
    if any(_POLICY_VARIABLE.search(value) for value in values):
        return ValueTest(OPAQUE, (condition.key, *sorted(values)), negated)
    try:
        converted = tuple(sorted({convert(value) for value in values}, key=str))
    except ValueError as error:
        if any("${" in value for value in values):
            return ValueTest(OPAQUE, (condition.key, *sorted(values)), negated)
        raise MalformedPolicyError(f"{condition}: {error}") from error
    return ValueTest(family, converted, negated)


def _comparison(operator: str, number: Callable[[str], float]) -> Callable[[str], tuple[str, float]]:
    return lambda text: (operator, number(text))


def _date(text: str) -> float:
    """Seconds since 1970 of an ISO 8601 date or of a number."""
    found = number_of(text)
    if found is None:
        raise ValueError(f"{text!r} is no date")
    return found


def _network(text: str) -> str:
    return str(ipaddress.ip_network(text, strict=False))


_Operators = dict[str, tuple[str, bool, Callable[[str], "str | tuple[str, float]"]]]


def _numeric(name: str, number: Callable[[str], float]) -> _Operators:
    return {
        f"{name}equals": (NUMBER, False, _comparison("eq", number)),
        f"{name}notequals": (NUMBER, True, _comparison("eq", number)),
        f"{name}lessthan": (NUMBER, False, _comparison("lt", number)),
        f"{name}lessthanequals": (NUMBER, False, _comparison("le", number)),
        f"{name}greaterthan": (NUMBER, False, _comparison("gt", number)),
        f"{name}greaterthanequals": (NUMBER, False, _comparison("ge", number)),
    }


_OPERATORS: Final[_Operators] = {
    "stringequals": (STRING, False, wildcards.literal),
    "stringnotequals": (STRING, True, wildcards.literal),
    "stringequalsignorecase": (STRING, False, wildcards.folded),
    "stringnotequalsignorecase": (STRING, True, wildcards.folded),
    "stringlike": (STRING, False, str),
    "stringnotlike": (STRING, True, str),
    "arnequals": (STRING, False, wildcards.arn_pattern),
    "arnnotequals": (STRING, True, wildcards.arn_pattern),
    "arnlike": (STRING, False, wildcards.arn_pattern),
    "arnnotlike": (STRING, True, wildcards.arn_pattern),
    "bool": (STRING, False, str.lower),
    "binaryequals": (STRING, False, wildcards.literal),
    "ipaddress": (ADDRESS, False, _network),
    "notipaddress": (ADDRESS, True, _network),
    **_numeric("numeric", float),
    **_numeric("date", _date),
}
