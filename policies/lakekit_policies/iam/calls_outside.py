"""Calls to resources outside the trust boundary that identity policies and endpoint policies allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lakekit_policies.boundary import Membership, TrustBoundary
from lakekit_policies.iam.boundary_keys import (
    ORGANIZATION_KEYS,
    RESOURCE_KEYS,
    BoundaryKey,
    principal_membership,
    resource_membership,
    restriction,
    restrictions,
)
from lakekit_policies.iam.constraints import Constraint
from lakekit_policies.iam.covering import Covering
from lakekit_policies.iam.requests import ACTION, RESOURCE, Requests, Walk, clauses_of
from lakekit_policies.iam.statements import Statement
from lakekit_policies.iam.value_tests import OPAQUE, STRING, ValueTest, sample
from lakekit_policies.wildcards import TooComplexError

_KEYS: Final[Mapping[str, BoundaryKey]] = {**ORGANIZATION_KEYS, **RESOURCE_KEYS}
_SAME_AS_PRINCIPAL: Final = {
    "aws:resourceorgid": "${aws:principalorgid}",
    "aws:resourceaccount": "${aws:principalaccount}",
    "s3:resourceaccount": "${aws:principalaccount}",
}
_SAME_AS_RESOURCE: Final = {
    "aws:principalorgid": "${aws:resourceorgid}",
    "aws:principalaccount": "${aws:resourceaccount}",
}


@dataclass(frozen=True, slots=True)
class AllowedCalls:
    """Calls that a statement allows and no denial covers, with the membership of their principals and resources."""

    statement: Statement
    principals: Membership
    resources: Membership
    requests: Requests

    @property
    def example(self) -> str:
        """A resource for which a call is allowed."""
        return sample(self.requests.tests(RESOURCE)) or "*"


def allowed_calls(
    statements: tuple[Statement, ...], boundary: TrustBoundary, actions: Iterable[str] = ("*",)
) -> Iterator[AllowedCalls]:
    """The worst calls of each Allow statement: principals and resources outside, if there are any.

    Args:
        statements: the statements of an identity policy or of an endpoint policy.
        boundary: the trust boundary.
        actions: patterns of the actions of interest, in lower case.

    Raises:
        MalformedPolicyError: a condition is not valid.
    """
    denials = Covering(clauses_of(one, of_resource=False) for one in statements if not one.allows)
    wanted = Constraint(some=True, test=ValueTest(STRING, tuple(actions)))
    for statement in statements:
        found = _calls(statement, denials, boundary, wanted) if statement.allows else ()
        yield from sorted(found, key=_severity)[:1]


def _calls(
    statement: Statement, denials: Covering, boundary: TrustBoundary, wanted: Constraint
) -> Iterator[AllowedCalls]:
    start = Requests().under(ACTION, [wanted])
    for allowed in start.matching(clauses_of(statement, of_resource=False)) if start else ():
        try:
            remaining = list(Walk().avoiding_all(allowed, denials.overlapping(allowed)))
        except TooComplexError:
            yield AllowedCalls(statement, Membership.UNKNOWN, Membership.UNKNOWN, allowed)
            continue
        for requests in remaining:
            principals = Membership.any_of(
                [principal_membership(requests, boundary), restrictions(requests, ORGANIZATION_KEYS, boundary)]
            )
            resources = resource_membership(requests, boundary)
            yield AllowedCalls(
                statement,
                _or_same(requests, _SAME_AS_RESOURCE, principals, resources, boundary),
                _or_same(requests, _SAME_AS_PRINCIPAL, resources, principals, boundary),
                requests,
            )


def _or_same(
    requests: Requests,
    pairs: Mapping[str, str],
    own: Membership,
    other: Membership,
    boundary: TrustBoundary,
) -> Membership:
    """Membership of principals or resources that may have to be of the account or organization of the other side."""
    for key, variable in pairs.items():
        if not any(_is_variable(one, variable) for one in requests.constraints.get(key, ())):
            continue
        if "org" in variable:
            # Accounts inside of the boundary do not say that their organization is.
            name = variable.strip("${}")
            other = restriction(requests, name, _KEYS[name], boundary)
        own = Membership.any_of([own, other])
    return own


def _is_variable(constraint: Constraint, variable: str) -> bool:
    test = constraint.test
    is_equal = constraint.some and not test.negated and test.family == OPAQUE
    return is_equal and {text.lower() for text in test.texts[1:]} == {variable}


def _severity(calls: AllowedCalls) -> int:
    order = (Membership.OUTSIDE, Membership.UNKNOWN, Membership.INSIDE)
    return order.index(calls.principals) + order.index(calls.resources)
