"""Explanations of access: who, what, and why the conditions do not restrict it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lakekit_policies.boundary import Membership
from lakekit_policies.iam.boundary_keys import CONTEXT_KEYS, EVERYONE_KEYS
from lakekit_policies.iam.constraints import clause_of
from lakekit_policies.iam.outside_access import OutsideAccess
from lakekit_policies.iam.statements import Condition, Statement

_IDENTITY_KEYS: Final = ("aws:principalaccount", "aws:principalarn", *EVERYONE_KEYS, *CONTEXT_KEYS)
_SHOWN_ITEMS: Final = 4
_PRESENCE: Final = {
    frozenset([True]): "requires that the key is absent",
    frozenset([False]): "only requires that the key is present",
    frozenset([True, False]): "holds whether the key is present or absent",
    frozenset(): "admits nothing",
}
_WIDER: Final = "admits more than the trust boundary"


def explain(access: OutsideAccess) -> str:
    """One sentence on an access from outside, or on one of which it is not known."""
    statement = access.statement
    unknown = access.membership is Membership.UNKNOWN
    conditions = "; ".join(_conditions(statement, unknown=unknown))
    text = f"{statement.name} allows {_who(access)} {_what(statement)}"
    if unknown:
        text += ", and it is not known whether that is inside the trust boundary"
        return f"{text} ({conditions})" if conditions else text
    text += f": {conditions}" if conditions else " without a condition that restricts it to the trust boundary"
    if access.denials:
        text += f"; the Deny statements do not cover all of it, for example {access.example}"
    return text


def _who(access: OutsideAccess) -> str:
    statement, principal = access.statement, access.principal
    if statement.not_principals is not None:
        return f"any principal but {', '.join(one.name for one in statement.not_principals)}"
    if principal.is_everyone:
        return "any principal"
    if principal.kind == "Service":
        return f"{principal.name}, on behalf of any account,"
    if principal.kind == "Federated":
        return f"identities of {principal.name}"
    if principal.kind == "CanonicalUser":
        return f"the canonical user {principal.name}"
    return principal.name


def _what(statement: Statement) -> str:
    actions = _listed(statement.actions, statement.not_actions)
    resources = _listed(statement.resources, statement.not_resources)
    return f"{actions} on {resources}" if resources else actions


def _listed(items: tuple[str, ...] | None, excluded: tuple[str, ...] | None) -> str:
    if excluded is not None:
        return "everything but " + _listed(excluded, None)
    shown = ", ".join((items or ())[:_SHOWN_ITEMS])
    return shown + (", …" if items and len(items) > _SHOWN_ITEMS else "")


def _conditions(statement: Statement, *, unknown: bool) -> Iterator[str]:
    for condition in statement.conditions:
        if condition.key in _IDENTITY_KEYS or condition.key.partition(":")[0] not in ("aws", "s3", "kms", "sts"):
            reason = _why(condition)
            # Whether its values are inside the boundary is what is not known.
            yield condition.shown if unknown and reason == _WIDER else f"{condition.shown} {reason}"


def _why(condition: Condition) -> str:
    alternatives = clause_of(condition).alternatives
    if condition.operator.lower() == "null":
        return _PRESENCE[frozenset(value.lower() == "true" for value in condition.values)]
    if any(not one.some and not one.test.negated for one in alternatives):
        return "also holds when the key is absent"
    if any(one.test.negated for one in alternatives):
        return "admits everything else"
    return _WIDER
