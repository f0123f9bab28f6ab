"""Authorize requests: every permission that an operation needs is evaluated against the policies that concern it.

Callers with dummy credentials are the root user of their account: identity-based policies do not restrict them, bucket
policies do. All others, sessions of roles and keys of users, are restricted by every policy, as in AWS. An operation
whose permission is not known is refused for them.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from moto.kms.models import kms_backends

from lakekit_local.authorization import context as keys
from lakekit_local.authorization import policies
from lakekit_local.authorization.callers import Identity
from lakekit_local.authorization.condition_keys import unevaluated_conditions
from lakekit_local.authorization.denials import Denial
from lakekit_local.authorization.permissions import Permission, UnknownPermissionError, required_permissions
from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.authorization.public_access import blocks, is_public
from lakekit_local.requests.registry import Call
from lakekit_policies.iam.evaluation import (
    CallerKind,
    ConcreteRequest,
    Decision,
    Policy,
    PolicySet,
    PolicySource,
    decide,
)

# The root user can always replace a policy that denies everyone.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
_ROOT_ALWAYS_ALLOWED: Final = ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy")

_RESTRICTED: Final = "because public access is restricted by the RestrictPublicBuckets setting of Block Public Access"
_RESTRICTED_FIX: Final = "name the principals in the policy of the bucket, which is public"

_MOST_REPORTED: Final = 1000
_reported: set[str] = set()

log = logging.getLogger("lakekit.local_cloud")


@dataclass(frozen=True)
class Authorization:
    """The outcome for one request."""

    permissions: tuple[Permission, ...] = ()
    denial: Denial | None = None


def authorize(call: Call, identity: Identity) -> Authorization:
    """Decide whether the caller may send a request.

    Raises:
        MalformedPolicyError: a policy that AWS would have rejected.
    """
    try:
        needed = tuple(required_permissions(call))
    except Exception as error:
        if not isinstance(error, UnknownPermissionError):
            log.exception("the permissions of %s:%s could not be found", call.service, call.operation)
        if identity.is_root:
            return Authorization()
        return Authorization(denial=Denial.of_unknown_permission(call, identity, str(error)))
    checked = [one for one in needed if not one.of_item and _is_checked(one, identity)]
    return Authorization(needed, denial_of(call, identity, checked) if checked else None)


def denial_of(call: Call, identity: Identity, permissions: Iterable[Permission]) -> Denial | None:
    """The first of the permissions that the policies deny the caller; None if they allow all.

    Raises:
        MalformedPolicyError: a policy that AWS would have rejected.
    """
    endpoint = policies.endpoint_of(call, identity)
    shared = keys.context_of_call(call, identity, endpoint)
    of_caller = _CallerPolicies(identity)
    for permission in permissions:
        account = _account(permission, identity)
        values = shared | keys.context_of_permission(call, permission, account, identity.caller.account)
        request = ConcreteRequest(identity.caller, permission.action, permission.resource, values)
        concerned = of_caller.with_resource(permission, account, endpoint, request)
        decision = decide(request, concerned)
        unevaluated = list(dict.fromkeys(unevaluated_conditions(_all_of(concerned), permission.action)))
        if not decision.allowed:
            found = Denial.of(call, identity, permission, decision, values)
            return replace(found, fix=f"test it on AWS: {'; '.join(unevaluated)}") if unevaluated else found
        _report(unevaluated)
        if _is_restricted(permission, account, identity):
            found = Denial.of(call, identity, permission, decision, values)
            return replace(found, reason=_RESTRICTED, source="", policy="", statement="", fix=_RESTRICTED_FIX)
    return None


def _all_of(concerned: PolicySet) -> Iterator[Policy]:
    others = (concerned.boundary, concerned.resource, concerned.endpoint)
    yield from (*concerned.identity, *(concerned.session or ()), *(one for one in others if one))


def _report(unevaluated: Iterable[str]) -> None:
    """Log conditions that are not evaluated, once each."""
    for one in unevaluated:
        if one not in _reported and len(_reported) < _MOST_REPORTED:
            _reported.add(one)
            log.warning("%s: a request that depends on it can have another outcome on AWS", one)


def _is_restricted(permission: Permission, account: str, identity: Identity) -> bool:
    """Whether RestrictPublicBuckets confines a bucket with a public policy to its account and to AWS services."""
    name = permission.resource.rpartition(":::")[2].partition("/")[0]
    if not permission.action.startswith("s3:") or identity.caller.kind is CallerKind.SERVICE:
        return False
    if identity.caller.account == account or not blocks(name, "restrict_public_buckets"):
        return False
    return is_public(bucket(name).policy)


def _is_checked(permission: Permission, identity: Identity) -> bool:
    if not identity.is_root:
        return True
    own = _account(permission, identity) == identity.caller.account
    return permission.action.startswith("s3:") and not (own and permission.action in _ROOT_ALWAYS_ALLOWED)


def _account(permission: Permission, identity: Identity) -> str:
    parts = permission.resource.split(":", 5)
    return permission.account or (parts[4] if len(parts) == 6 else "") or identity.caller.account


class _CallerPolicies:
    """The policies of a caller, read once for all permissions of a request."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._own = policies.identity_policies(identity)
        self._boundary = policies.permissions_boundary(identity)
        self._session = policies.session_policies(identity)

    def with_resource(self, permission: Permission, account: str, endpoint: Any, request: ConcreteRequest) -> PolicySet:
        """The policies that concern one permission."""
        service = permission.action.partition(":")[0]
        # Keys that do not exist, such as those of AWS, have no policy here.
        of_key = service == "kms" and ":key/" in permission.resource and _key(permission.resource) is not None
        # Requests that AWS services send for the caller do not pass the endpoint.
        passes_endpoint = endpoint is not None and endpoint.service_name.endswith(f".{service}")
        return PolicySet(
            identity=self._own,
            boundary=self._boundary,
            session=self._session,
            resource=policies.resource_policy(permission.resource),
            resource_account=account,
            resource_decides=of_key,
            granted=of_key and _is_granted(permission.resource, request),
            endpoint=policies.endpoint_policy(endpoint) if passes_endpoint else None,
        )


def _key(arn: str) -> Any:
    _, _, _, region, account, resource = arn.split(":", 5)
    return kms_backends[account][region].keys.get(resource.removeprefix("key/"))


def _is_granted(arn: str, request: ConcreteRequest) -> bool:
    """Whether a grant of the key allows the request.

    https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
    """
    operation = request.action.removeprefix("kms:")
    names = (request.caller.name, request.caller.session_arn)
    return any(
        grant.grantee_principal in names
        and operation in grant.operations
        and all(_within(kind, wanted, request) for kind, wanted in (grant.constraints or {}).items())
        for grant in _key(arn).grants.values()
    )


def _within(kind: str, wanted: dict[str, str], request: ConcreteRequest) -> bool:
    """Whether the encryption context fulfils a constraint: equal to it, or with at least its pairs."""
    found = {
        name.removeprefix("kms:encryptioncontext:"): value[0]
        for name, value in request.context.items()
        if name.startswith("kms:encryptioncontext:")
    }
    pairs = {name.lower(): value for name, value in wanted.items()}
    return found == pairs if kind == "EncryptionContextEquals" else pairs.items() <= found.items()


__all__ = ["Authorization", "Decision", "PolicySource", "authorize"]
