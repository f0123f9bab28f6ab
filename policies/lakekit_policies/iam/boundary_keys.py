"""Condition keys that say from where a request comes, and whether what they admit is inside the trust boundary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, TrustBoundary
from lakekit_policies.iam.constraints import OWN_ACCOUNT, OWN_ORGANIZATION
from lakekit_policies.iam.requests import MULTIVALUED, PRINCIPAL, RESOURCE, Requests
from lakekit_policies.iam.value_tests import ADDRESS, STRING, ValueTest, can_pass, choices


@dataclass(frozen=True, slots=True)
class BoundaryKey:
    """How values of a key are compared with the boundary."""

    contains: Callable[[TrustBoundary, str], Membership]
    inside: Callable[[TrustBoundary], Iterable[str]] = lambda _: ()
    """Patterns of everything inside, as far as it can be listed."""


def _unique_id(_: TrustBoundary, value: str) -> Membership:
    # Ids of principals do not show their account.
    return Membership.UNKNOWN if value.partition(":")[0].strip("*?") else Membership.OUTSIDE


def _true(_: TrustBoundary, value: str) -> Membership:
    return Membership.INSIDE if value == "true" else Membership.OUTSIDE


_ACCOUNT: Final = BoundaryKey(TrustBoundary.contains_account, lambda boundary: boundary.accounts)
_ARN: Final = BoundaryKey(
    TrustBoundary.contains_arn,
    lambda boundary: [f"arn:*:*:*:{account}:*" for account in boundary.accounts],
)
_ORGANIZATION: Final = BoundaryKey(TrustBoundary.contains_organization, lambda boundary: boundary.organizations)
_PATHS: Final = BoundaryKey(
    TrustBoundary.contains_organization_path,
    lambda boundary: [f"{organization}/*" for organization in boundary.organizations],
)
_VPC: Final = BoundaryKey(TrustBoundary.contains_vpc, lambda boundary: boundary.vpcs)
_ENDPOINT: Final = BoundaryKey(TrustBoundary.contains_vpc_endpoint, lambda boundary: boundary.vpc_endpoints)

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
ORGANIZATION_KEYS: Final[Mapping[str, BoundaryKey]] = {
    "aws:principalorgid": _ORGANIZATION,
    "aws:principalorgpaths": _PATHS,
    "kms:calleraccount": _ACCOUNT,
}
"""Keys of the account and organization of a principal; ``aws:PrincipalAccount`` is part of the principal itself."""
SERVICE_SOURCE_KEYS: Final[Mapping[str, BoundaryKey]] = {
    "aws:sourceaccount": _ACCOUNT,
    "aws:sourcearn": _ARN,
    "aws:sourceorgid": _ORGANIZATION,
    "aws:sourceorgpaths": _PATHS,
    "aws:sourceowner": _ACCOUNT,
}
"""Keys that AWS sends with requests of services only."""
SOURCE_KEYS: Final[Mapping[str, BoundaryKey]] = {
    **SERVICE_SOURCE_KEYS,
    "kms:calleraccount": _ACCOUNT,
}
"""Keys of the resource or account on whose behalf an AWS service calls."""
CONTEXT_KEYS: Final[Mapping[str, BoundaryKey]] = {
    "kms:encryptioncontext:aws:logs:arn": _ARN,
    "kms:encryptioncontext:aws:cloudtrail:arn": _ARN,
    "kms:encryptioncontext:aws:s3:arn": _ARN,
    "kms:encryptioncontext:aws:sns:topicarn": _ARN,
    "kms:encryptioncontext:aws:sqs:arn": _ARN,
}
"""Encryption contexts: AWS services set them to the resource that they encrypt, and other callers to anything."""
NETWORK_KEYS: Final[Mapping[str, BoundaryKey]] = {
    "aws:sourcevpc": _VPC,
    "aws:sourcevpce": _ENDPOINT,
    "aws:vpceaccount": _ACCOUNT,
    "aws:vpceorgid": _ORGANIZATION,
    "aws:vpceorgpaths": _PATHS,
    "aws:sourceip": BoundaryKey(TrustBoundary.contains_network, lambda boundary: boundary.networks),
    "elasticfilesystem:accessedviamounttarget": BoundaryKey(_true),
}
DELEGATION_KEYS: Final[Mapping[str, BoundaryKey]] = {
    "aws:userid": BoundaryKey(_unique_id),
    "s3:dataaccesspointaccount": _ACCOUNT,
    "s3:dataaccesspointarn": _ARN,
    "elasticfilesystem:accesspointarn": _ARN,
}
EVERYONE_KEYS: Final[Mapping[str, BoundaryKey]] = {
    **ORGANIZATION_KEYS,
    **SOURCE_KEYS,
    **NETWORK_KEYS,
    **DELEGATION_KEYS,
}
"""Keys that restrict a statement for everyone."""
RESOURCE_KEYS: Final[Mapping[str, BoundaryKey]] = {
    "aws:resourceaccount": _ACCOUNT,
    "s3:resourceaccount": _ACCOUNT,
    "aws:resourceorgid": _ORGANIZATION,
    "aws:resourceorgpaths": _PATHS,
}
"""Keys of the resource that a request is for, in identity policies and endpoint policies."""


def restriction(requests: Requests, key: str, kind: BoundaryKey, boundary: TrustBoundary) -> Membership:
    """Whether a key restricts requests to the inside: it is present, and everything it may be is inside."""
    if not requests.requires(key):
        return Membership.OUTSIDE
    if key not in MULTIVALUED:
        return _admitted(requests.tests(key), kind, boundary)
    constraints = requests.constraints[key]
    every = [one.test for one in constraints if not one.some]
    return Membership.any_of(_admitted([one.test, *every], kind, boundary) for one in constraints if one.some)


def restrictions(requests: Requests, keys: Mapping[str, BoundaryKey], boundary: TrustBoundary) -> Membership:
    """Whether one of several keys restricts requests to the inside."""
    present = [key for key in keys if key in requests.constraints]
    return Membership.any_of(restriction(requests, key, keys[key], boundary) for key in present)


def resource_membership(requests: Requests, boundary: TrustBoundary) -> Membership:
    """Whether all resources of requests are inside, by their ARN or by a condition on their account."""
    named = _admitted(requests.tests(RESOURCE), _ARN, boundary)
    return Membership.any_of([named, restrictions(requests, RESOURCE_KEYS, boundary)])


def principal_membership(requests: Requests, boundary: TrustBoundary) -> Membership:
    """Whether all principals of requests are inside, by their account."""
    kind = BoundaryKey(
        _principal,
        lambda known: [*(f"aws|{account}|*" for account in known.accounts), *(f"aws|*|{a}" for a in known.principals)],
    )
    return _admitted(requests.tests(PRINCIPAL), kind, boundary)


def _principal(boundary: TrustBoundary, pattern: str) -> Membership:
    if not pattern.startswith("aws|"):
        return Membership.OUTSIDE
    _, account, arn = (pattern + "|*").split("|")[:3]
    if account == OWN_ACCOUNT:
        return Membership.INSIDE
    if account == "*":
        return boundary.contains_arn(arn) if arn != "*" else Membership.OUTSIDE
    if wildcards.includes(boundary.principals, arn):
        return Membership.INSIDE
    return boundary.contains_account(account)


def _admitted(tests: Iterable[ValueTest], kind: BoundaryKey, boundary: TrustBoundary) -> Membership:
    """Membership of all values that pass the tests."""
    tests = list(tests)
    addresses = [test for test in tests if test.family == ADDRESS and not test.negated]
    if addresses:
        outside = ValueTest(ADDRESS, tuple(kind.inside(boundary)), negated=True)
        if not can_pass(frozenset([*tests, outside])):
            return Membership.INSIDE
        return Membership.any_of(
            Membership.all_of(kind.contains(boundary, text) for text in test.texts) for test in addresses
        )
    if not any(test.family == STRING and not test.negated and test.values != ("*",) for test in tests):
        return Membership.OUTSIDE
    inside = tuple(kind.inside(boundary))
    return Membership.all_of(
        _alternative(chosen, excluded, inside, kind, boundary) for chosen, excluded in choices(tests)
    )


def _alternative(
    chosen: tuple[str, ...],
    excluded: tuple[str, ...],
    inside: tuple[str, ...],
    kind: BoundaryKey,
    boundary: TrustBoundary,
) -> Membership:
    if inside and wildcards.witness(chosen, (*excluded, *inside)) is None:
        return Membership.INSIDE
    return Membership.any_of(
        Membership.INSIDE
        if pattern in (OWN_ACCOUNT, OWN_ORGANIZATION)
        else kind.contains(boundary, wildcards.shown(pattern))
        for pattern in chosen
    )
