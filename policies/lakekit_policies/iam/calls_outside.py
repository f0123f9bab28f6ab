"""Calls to resources outside the trust boundary that identity policies and endpoint policies allow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lakekit_policies.boundary import Membership, TrustBoundary
from lakekit_policies.iam.boundary_keys import (
    ORGANIZATION_KEYS,
    principal_membership,
    resource_membership,
    restrictions,
)
from lakekit_policies.iam.constraints import Clause, Constraint
from lakekit_policies.iam.requests import ACTION, RESOURCE, Requests, TooComplexError, Walk, clauses_of
from lakekit_policies.iam.statements import Statement
from lakekit_policies.iam.value_tests import STRING, ValueTest, sample


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
    denials = tuple(clauses_of(one) for one in statements if not one.allows)
    wanted = Constraint(some=True, test=ValueTest(STRING, tuple(actions)))
    for statement in statements:
        found = _calls(statement, denials, boundary, wanted) if statement.allows else ()
        yield from sorted(found, key=_severity)[:1]


def _calls(
    statement: Statement, denials: tuple[tuple[Clause, ...], ...], boundary: TrustBoundary, wanted: Constraint
) -> Iterator[AllowedCalls]:
    start = Requests().under(ACTION, [wanted])
    for allowed in start.matching(clauses_of(statement)) if start else ():
        overlapping = tuple(one for one in denials if next(allowed.matching(one), None) is not None)
        try:
            remaining = list(Walk().avoiding_all(allowed, overlapping))
        except TooComplexError:
            yield AllowedCalls(statement, Membership.UNKNOWN, Membership.UNKNOWN, allowed)
            continue
        for requests in remaining:
            principals = Membership.any_of(
                [principal_membership(requests, boundary), restrictions(requests, ORGANIZATION_KEYS, boundary)]
            )
            yield AllowedCalls(statement, principals, resource_membership(requests, boundary), requests)


def _severity(calls: AllowedCalls) -> int:
    order = (Membership.OUTSIDE, Membership.UNKNOWN, Membership.INSIDE)
    return order.index(calls.principals) + order.index(calls.resources)
