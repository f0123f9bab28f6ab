"""The decision on a request by all policies that concern it.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from lakekit_policies.iam.evaluation.matching import ConcreteRequest, Match, matches_of
from lakekit_policies.iam.evaluation.policies import Policy
from lakekit_policies.iam.evaluation.principals import CallerKind, Grant


class PolicySource(StrEnum):
    """Kinds of policies, as error messages of AWS name them."""

    IDENTITY = "identity-based policy"
    RESOURCE = "resource-based policy"
    TRUST = "role trust policy"
    BOUNDARY = "permissions boundary"
    SESSION = "session policy"
    ENDPOINT = "VPC endpoint policy"


@dataclass(frozen=True, slots=True)
class PolicySet:
    """The policies that concern a request."""

    identity: tuple[Policy, ...] = ()
    """Managed and inline policies of the user and its groups, or of the role."""
    boundary: Policy | None = None
    session: tuple[Policy, ...] | None = None
    """Session policies; None if none were passed when the session was created."""
    resource: Policy | None = None
    """The policy of the resource: of a bucket, a key, a topic, or the trust policy of a role."""
    resource_account: str = ""
    """Account of the resource; empty for that of the caller."""
    resource_decides: bool = False
    """Whether identity-based policies have an effect only as far as the policy of the resource delegates to them: KMS
    keys and roles. Other resources delegate to their account without a policy."""
    resource_source: PolicySource = PolicySource.RESOURCE
    granted: bool = False
    """Whether a KMS grant allows the request."""
    endpoint: Policy | None = None
    """The policy of the VPC endpoint that the request passes."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a request is allowed; if not, by which kind of policy."""

    allowed: bool
    source: PolicySource | None = None
    """Kind of the policy that denies, or of the one that would have to allow."""
    match: Match | None = None
    """The statement that denies, or that allows; None if there is no statement that allows."""

    @property
    def is_explicit(self) -> bool:
        """Whether a statement denies the request."""
        return not self.allowed and self.match is not None

    def reason(self, action: str) -> str:
        """The end of an error message of AWS.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        """
        if self.source is None:
            return ""
        if not self.is_explicit:
            return f"because no {self.source} allows the {action} action"
        article = "an" if self.source[0] in "aeiou" else "a"
        return f"with an explicit deny in {article} {self.source}"


def decide(request: ConcreteRequest, policies: PolicySet) -> Decision:
    """Evaluate a request.

    Raises:
        MalformedPolicyError: a condition with a policy variable is not valid for its value.
    """
    found = {source: _all(of_kind, request) for source, of_kind in _by_source(policies)}
    for source, matches in found.items():
        denial = next((one for one in matches if not one.statement.allows), None)
        if denial:
            return Decision(allowed=False, source=source, match=denial)
    missing = _missing(request, policies, found)
    if missing:
        return Decision(allowed=False, source=missing)
    sources = (PolicySource.IDENTITY, policies.resource_source)
    return Decision(allowed=True, match=next((one for source in sources for one in found.get(source, ())), None))


def _by_source(policies: PolicySet) -> Iterator[tuple[PolicySource, tuple[Policy, ...]]]:
    """The kinds of policies that are present. Without any, no statement of the kind allows and none denies."""
    if policies.endpoint:
        yield PolicySource.ENDPOINT, (policies.endpoint,)
    if policies.resource:
        yield policies.resource_source, (policies.resource,)
    yield PolicySource.IDENTITY, policies.identity
    if policies.boundary:
        yield PolicySource.BOUNDARY, (policies.boundary,)
    if policies.session is not None:
        yield PolicySource.SESSION, policies.session


def _all(policies: Iterable[Policy], request: ConcreteRequest) -> list[Match]:
    return [match for policy in policies for match in matches_of(policy, request)]


def _missing(
    request: ConcreteRequest, policies: PolicySet, found: dict[PolicySource, list[Match]]
) -> PolicySource | None:
    """The kind of policy that does not allow a request which no statement denies; None if it is allowed."""
    caller = request.caller
    if policies.endpoint and not found[PolicySource.ENDPOINT]:
        return PolicySource.ENDPOINT
    granted = max((one.grant for one in found.get(policies.resource_source, ())), default=Grant.NONE)
    if policies.granted:
        granted = max(granted, Grant.ROLE)
    if not caller.has_account:
        return None if granted else policies.resource_source
    other_account = policies.resource_account not in ("", caller.account)
    by_identity = bool(found[PolicySource.IDENTITY]) or caller.kind is CallerKind.ROOT
    if other_account or policies.resource_decides:
        if not granted:
            return policies.resource_source
        needs_identity = other_account or granted is Grant.ACCOUNT
    else:
        needs_identity = granted <= Grant.ACCOUNT
    if not other_account and granted is Grant.CALLER:
        return None
    if needs_identity and not by_identity:
        return PolicySource.IDENTITY
    # Both are absent from `found` where there is no such policy, and empty where none of its statements applies.
    restricting = (PolicySource.BOUNDARY, PolicySource.SESSION)
    return next((source for source in restricting if source in found and not found[source]), None)
