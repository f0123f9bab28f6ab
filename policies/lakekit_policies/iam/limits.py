"""What a service or resource control policy denies, and to whom it makes exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, TrustBoundary, arns
from lakekit_policies.iam.constraints import PRESENT, Constraint
from lakekit_policies.iam.requests import PRINCIPAL, Requests, clauses_of
from lakekit_policies.iam.statements import Condition, Statement
from lakekit_policies.iam.value_tests import STRING, ValueTest

# Keys of every request of a role: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
_ALWAYS_PRESENT: Final = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principaltype",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
        "aws:userid",
    }
)
_PRINCIPALS: Final = ("aws|*|arn:*:iam::*:role/*", "aws|*|arn:*:iam::*:user/*", "aws|*|arn:*:iam::*:root")
"""Principals of accounts, to which a denial can apply."""


def denies_nobody(statement: Statement) -> bool:
    """Whether a denial applies to no request of an account: its exceptions cover all, or its elements nothing.

    Raises:
        MalformedPolicyError: a condition is not valid.
    """
    clauses = clauses_of(statement, of_resource=False)
    for principal in _PRINCIPALS:
        requests = Requests().under(PRINCIPAL, (Constraint(some=True, test=ValueTest(STRING, (principal,))),))
        for key in sorted({condition.key for condition in statement.conditions} & _ALWAYS_PRESENT):
            requests = requests.under(key, (PRESENT,)) if requests is not None else None
        if requests is not None and next(requests.matching(clauses), None) is not None:
            return False
    return True


def open_exemptions(statement: Statement, boundary: TrustBoundary, *, of_resources: bool) -> Iterator[str]:
    """Exceptions of a denial that others can fulfil: names that anyone can choose, accounts and organizations outside.

    Args:
        statement: a denial.
        boundary: the trust boundary.
        of_resources: whether it is a resource control policy, whose principals can be of any account. Those of a
            service control policy are of the organization.
    """
    for condition in statement.conditions:
        if not _is_negated(condition):
            continue
        for value in condition.values:
            if condition.key == "aws:principalarn":
                if _begins_with_wildcard(value):
                    yield f"{value}: everyone who may create a role can choose such a name"
                elif of_resources and boundary.contains_arn(value) is Membership.OUTSIDE:
                    yield f"{value}, which is outside of the trust boundary"
            elif of_resources and _is_outside(condition.key, value, boundary):
                yield f"{condition.written} {value}, which is outside of the trust boundary"


def _is_negated(condition: Condition) -> bool:
    return "not" in condition.operator.lower().removeprefix("forallvalues:").removeprefix("foranyvalue:")


def _begins_with_wildcard(arn: str) -> bool:
    """Whether the name of a role in a pattern begins with a wildcard: role/*Admin."""
    parsed = arns.parse(arn)
    name = parsed.resource.rpartition("/")[2] if parsed else arn
    path = parsed.resource.rpartition("/")[0] if parsed else ""
    return wildcards.has_wildcards(name[:1]) and (path in ("", "role") or wildcards.has_wildcards(path[:1]))


def _is_outside(key: str, value: str, boundary: TrustBoundary) -> bool:
    if key in ("aws:principalorgid", "aws:sourceorgid"):
        return boundary.contains_organization(value) is Membership.OUTSIDE
    if key in ("aws:principalaccount", "aws:sourceaccount"):
        return boundary.contains_account(value) is Membership.OUTSIDE
    return False
