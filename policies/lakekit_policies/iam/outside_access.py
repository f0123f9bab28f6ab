"""Access that a policy document gives to principals outside the trust boundary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, TrustBoundary, arns
from lakekit_policies.iam import oidc
from lakekit_policies.iam.boundary_keys import (
    CONTEXT_KEYS,
    EVERYONE_KEYS,
    ORGANIZATION_KEYS,
    SOURCE_KEYS,
    BoundaryKey,
    principal_membership,
    restrictions,
)
from lakekit_policies.iam.constraints import ABSENT, Clause, Constraint
from lakekit_policies.iam.covering import Covering
from lakekit_policies.iam.requests import ACTION, PRINCIPAL, RESOURCE, Requests, Walk, clauses_of
from lakekit_policies.iam.service_principals import LOG_DELIVERY_ACCOUNTS, LOG_DELIVERY_ACTIONS, supports_source
from lakekit_policies.iam.statements import Principal, Statement
from lakekit_policies.iam.value_tests import STRING, ValueTest, can_pass, sample
from lakekit_policies.wildcards import TooComplexError

_EXPLICIT_KEYS: Final[Mapping[str, BoundaryKey]] = {**ORGANIZATION_KEYS, **SOURCE_KEYS}
_SERVICE_KEYS: Final[Mapping[str, BoundaryKey]] = {**SOURCE_KEYS, **CONTEXT_KEYS}
_FALSE: Final = Constraint(some=False, test=ValueTest(STRING, ("false",)))
# What a request of a named principal and of a service does not contain.
_OF_ACCOUNTS: Final = {"aws:principalisawsservice": _FALSE}
_OF_SERVICES: Final = dict.fromkeys(
    ("aws:principalorgid", "aws:principalorgpaths", "aws:sourcevpc", "aws:sourcevpce"), ABSENT
)
_SERVICE: Final = Constraint(some=True, test=ValueTest(STRING, ("service|*",)))
# Actions to name where a pattern allows many.
_EXAMPLES: Final = (
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListBucket",
    "s3:DeleteObject",
    "s3:PutBucketPolicy",
    "kms:Decrypt",
    "kms:CreateGrant",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sns:Publish",
    "sns:Subscribe",
    "secretsmanager:GetSecretValue",
    "glue:GetTable",
    "kinesis:GetRecords",
    "dynamodb:GetItem",
    "ecr:BatchGetImage",
    "lambda:InvokeFunction",
    "sts:AssumeRole",
)
EVERYONE: Final = Principal("*", "*")
_NO_ELEMENTS: Final = Statement("Allow", "", None, None, None, None, None, None, ())


@dataclass(frozen=True, slots=True)
class OutsideAccess:
    """Requests of one principal that a statement allows, that no denial covers, and that may come from outside."""

    statement: Statement
    principal: Principal
    membership: Membership
    """``OUTSIDE`` or ``UNKNOWN``."""
    requests: Requests
    denials: int
    """Number of Deny statements that cover a part of the access."""

    @property
    def example(self) -> str:
        """An action and a resource that are allowed."""
        return f"{_example_action(self)} on {sample(self.requests.tests(RESOURCE)) or 'any resource'}"


def _example_action(access: OutsideAccess) -> str:
    """An action that exists, if one of the known ones is allowed."""
    tests = access.requests.tests(ACTION)
    for action in (*(access.statement.actions or ()), *_EXAMPLES):
        known = ValueTest(STRING, (action.lower(),))
        if not wildcards.has_wildcards(action) and can_pass(frozenset([*tests, known])):
            return action
    service, _, name = (sample(tests) or "").partition(":")
    if name:
        return f"{service}:{name}"
    return f"another action of {service}" if service else "another action"


def outside_access(
    statements: tuple[Statement, ...], boundary: TrustBoundary, *, trust: bool = False
) -> Iterator[OutsideAccess]:
    """Access of principals outside the boundary, for each Allow statement and principal.

    Args:
        statements: the statements of a resource policy or a trust policy.
        boundary: the trust boundary.
        trust: whether it is the trust policy of a role.

    Raises:
        MalformedPolicyError: a condition is not valid.
    """
    denials = Covering(clauses_of(statement) for statement in statements if not statement.allows)
    for statement in statements:
        if statement.allows:
            allowed = _Allowed(statement)
            for principal in _principals(statement):
                found = _outside(allowed, principal, denials, boundary, trust=trust)
                if found is not None:
                    yield found


def _principals(statement: Statement) -> tuple[Principal, ...]:
    if statement.not_principals is not None:
        return (EVERYONE,)
    return tuple(dict.fromkeys(statement.principals or ()))


class _Allowed:
    """What a statement allows to each of its principals; what it allows to all of them is kept."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._others = clauses_of(replace(statement, principals=None, not_principals=None))
        self._excluded = clauses_of(replace(_NO_ELEMENTS, not_principals=statement.not_principals))
        self._started: dict[tuple[str, bool, int], list[Requests]] = {}

    def to(self, principal: Principal) -> Iterator[Requests]:
        """The requests of one principal that it allows, as sets that together contain them."""
        named = self._excluded or clauses_of(replace(_NO_ELEMENTS, principals=(principal,)))
        for position, start in enumerate(_starts(principal)):
            known = principal.kind, principal.is_everyone, position
            if known not in self._started:
                self._started[known] = list(start.matching(self._others))
            for found in self._started[known]:
                yield from found.matching(named)


def _outside(
    statement: _Allowed, principal: Principal, denials: Covering, boundary: TrustBoundary, *, trust: bool
) -> OutsideAccess | None:
    worst: OutsideAccess | None = None
    for allowed in statement.to(principal):
        if _membership(allowed, principal, boundary, trust=trust).is_inside:
            continue
        overlapping = denials.overlapping(allowed)
        for membership, requests in _remaining(allowed, overlapping, principal, boundary, trust=trust):
            if membership is Membership.OUTSIDE or worst is None:
                worst = OutsideAccess(statement.statement, principal, membership, requests, len(overlapping))
            if membership is Membership.OUTSIDE:
                return worst
    return worst


def _starts(principal: Principal) -> Iterator[Requests]:
    """The requests that a principal makes: those of services have other keys."""
    if principal.kind == "AWS" and not principal.is_everyone:
        yield _with(_OF_ACCOUNTS)
    elif principal.is_everyone:
        yield _with({PRINCIPAL: _SERVICE.inverse})
        yield _with({PRINCIPAL: _SERVICE, **_OF_SERVICES})
    else:
        yield _with(_OF_SERVICES if principal.kind == "Service" else {})


def _with(constraints: Mapping[str, Constraint]) -> Requests:
    start = Requests()
    for key, constraint in constraints.items():
        start = start.under(key, [constraint]) or start
    return start


def _remaining(
    allowed: Requests,
    denials: tuple[tuple[Clause, ...], ...],
    principal: Principal,
    boundary: TrustBoundary,
    *,
    trust: bool,
) -> Iterator[tuple[Membership, Requests]]:
    """Requests that no denial covers and that are not inside."""
    try:
        for requests in Walk().avoiding_all(allowed, denials):
            membership = _membership(requests, principal, boundary, trust=trust)
            if not membership.is_inside:
                yield membership, requests
    except TooComplexError:
        yield Membership.UNKNOWN, allowed


def _membership(requests: Requests, principal: Principal, boundary: TrustBoundary, *, trust: bool) -> Membership:
    if principal.kind == "Service":
        source = restrictions(requests, _SERVICE_KEYS, boundary)
        if supports_source(principal.name, trust=trust):
            return source
        # A service without a source is trusted; a source that is stated and outside is not.
        return source if any(requests.requires(key) for key in _SERVICE_KEYS) else Membership.INSIDE
    if principal.kind == "Federated":
        return oidc.federated_membership(requests, principal.name, boundary)
    if principal.kind == "CanonicalUser":
        return boundary.contains_canonical_user(principal.name)
    if _delivers_logs(requests, principal):
        return Membership.INSIDE
    keys = EVERYONE_KEYS if principal.is_everyone else _EXPLICIT_KEYS
    if _SERVICE in requests.constraints[PRINCIPAL]:
        keys = {**keys, **CONTEXT_KEYS}
    return Membership.any_of([principal_membership(requests, boundary), restrictions(requests, keys, boundary)])


def _delivers_logs(requests: Requests, principal: Principal) -> bool:
    """Whether an account of Elastic Load Balancing only writes objects."""
    arn = arns.parse(principal.name)
    if (arn.account if arn else principal.name) not in LOG_DELIVERY_ACCOUNTS:
        return False
    return any(
        not test.negated and set(test.texts) <= LOG_DELIVERY_ACTIONS for test in requests.tests(ACTION) if test.values
    )
