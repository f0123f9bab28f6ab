"""Access of identities of OIDC and SAML providers: claims that fix whose identity it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from lakekit_policies import wildcards
from lakekit_policies.boundary import Membership, TrustBoundary, arns, references
from lakekit_policies.boundary.oidc_subjects import names_owner
from lakekit_policies.iam.boundary_keys import BoundaryKey, restriction
from lakekit_policies.iam.requests import Requests

_PROVIDER: Final = re.compile(r"oidc-provider/(.+)")
SHARED_ISSUERS: Final = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "agent.buildkite.com",
    "oidc.vercel.com",
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "www.amazon.com",
    "graph.facebook.com",
)
"""Issuers of many companies: only claims tell whose identity it is. Other issuers, such as those of EKS clusters, are
registered in the account for one company."""
# https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html
_CLUSTER: Final = re.compile(r"oidc\.eks\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/id/[0-9A-Za-z]+")
_ONLY_AUDIENCE: Final = SHARED_ISSUERS[-4:]

# Claims of the token, as subjects that they stand for. Callers choose audience, ref, environment and workflow.
# https://docs.github.com/en/actions/reference/security/oidc
_CLAIMS: Final = {
    "sub": "{}",
    "repository": "repo:{}:*",
    "repository_owner": "repo:{}/*",
    "project_path": "project_path:{}:*",
}
_IDS: Final = ("repository_id", "repository_owner_id", "namespace_id", "project_id", "enterprise_id", "oid", "tid")


def federated_membership(requests: Requests, provider: str, boundary: TrustBoundary) -> Membership:
    """Whether the identities of a provider that requests admit are inside.

    Args:
        requests: the requests of a statement with this provider as principal.
        provider: ARN of the provider, or its host for web identities without one.
    """
    if boundary.contains_arn(provider) is Membership.OUTSIDE and provider.startswith("arn:"):
        return Membership.OUTSIDE
    if ":saml-provider/" in provider or "aws_iam_saml_provider" in provider:
        audience = Membership.INSIDE if requests.requires("saml:aud") else Membership.OUTSIDE
        return Membership.all_of([audience, boundary.contains_arn(provider)])
    return Membership.any_of(_restrictions(requests, _host(provider), boundary))


def issuer_membership(issuer: str, boundary: TrustBoundary) -> Membership:
    """Whether an issuer is known: one of many companies, an EKS cluster, or one that the boundary states.

    Args:
        issuer: host of the issuer with its path, without a scheme.
        boundary: the trust boundary.
    """
    if issuer.startswith(SHARED_ISSUERS) or _CLUSTER.match(issuer) or issuer in boundary.oidc_subjects:
        return Membership.INSIDE
    if references.is_reference(issuer) or "${" in issuer:
        return Membership.UNKNOWN
    return boundary.contains_host(issuer.partition("/")[0])


def _restrictions(requests: Requests, host: str, boundary: TrustBoundary) -> Iterator[Membership]:
    for key in requests.constraints:
        issuer, separator, claim = key.rpartition(":")
        if not separator or (host and issuer != host.lower()) or issuer in ("aws", "sts", "saml"):
            continue
        if claim in _CLAIMS:
            yield restriction(requests, key, BoundaryKey(_subject(issuer, _CLAIMS[claim])), boundary)
        elif claim in _IDS or (claim == "aud" and issuer in _ONLY_AUDIENCE):
            yield restriction(requests, key, BoundaryKey(_identifier), boundary)


def _subject(issuer: str, form: str) -> Callable[[TrustBoundary, str], Membership]:
    def contains(boundary: TrustBoundary, value: str) -> Membership:
        subject = value if references.is_reference(value) else form.format(value)
        found = boundary.contains_oidc_subject(issuer, subject)
        if found.is_inside or issuer.startswith(SHARED_ISSUERS):
            return found
        owner = Membership.INSIDE if names_owner(subject) else Membership.OUTSIDE
        return Membership.all_of([owner, issuer_membership(issuer, boundary)])

    return contains


def _identifier(_: TrustBoundary, value: str) -> Membership:
    if references.is_reference(value):
        return references.membership(value)
    return Membership.OUTSIDE if wildcards.has_wildcards(value) else Membership.UNKNOWN


def _host(provider: str) -> str:
    """Issuer of a provider's ARN; empty if the ARN is a reference."""
    arn = arns.parse(provider)
    match = _PROVIDER.fullmatch(arn.resource) if arn else None
    if match:
        return match[1] if "${" not in match[1] else ""
    return "" if references.is_reference(provider) or "${" in provider else provider
