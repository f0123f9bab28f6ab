"""Sessions of roles: trust policies, session policies, tags and durations.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from moto.sts.models import sts_backends

from lakekit_local.authorization import policies
from lakekit_local.authorization.callers import SESSIONS, Identity, find_role, tags_of_role
from lakekit_local.authorization.context import context_of_caller
from lakekit_local.requests.registry import ServiceError
from lakekit_local.requests.store import Store
from lakekit_policies.iam.evaluation import (
    Caller,
    CallerKind,
    ConcreteRequest,
    Decision,
    PolicySet,
    PolicySource,
    decide,
    policy_of,
)

MIN_SECONDS: Final = 900
CHAINED_SECONDS: Final = 3600
"""Sessions of a role that a session of another role assumes last one hour at most."""


@dataclass(frozen=True)
class SessionRequest:
    """What a caller asks for when it assumes a role."""

    role_arn: str
    session_name: str
    region: str
    action: str = "sts:AssumeRole"
    seconds: int = 3600
    external_id: str = ""
    source_identity: str = ""
    policy: str = ""
    policy_arns: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_keys: tuple[str, ...] = ()
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Further condition keys: the claims of a token, the source of a service."""
    vpc: str = ""
    """The VPC in which an AWS service runs with the role."""


class RefusedError(Exception):
    """The caller may not assume the role."""

    def __init__(self, caller: Caller, action: str, role_arn: str, decision: Decision | None) -> None:
        super().__init__(
            f"User: {caller.arn or 'anonymous'} is not authorized to perform: {action} on resource: {role_arn}"
        )
        self.caller, self.action, self.role_arn, self.decision = caller, action, role_arn, decision


def assume(caller: Caller, identity: Identity | None, request: SessionRequest, store: Store) -> Any:
    """Create a session, and return moto's model of it.

    Args:
        caller: the principal that assumes the role.
        identity: its identity in an account; None for services and federated identities.
        request: what it asks for.
        store: the store of the local cloud.

    Raises:
        RefusedError: the role does not exist, or a policy does not allow the caller to assume it.
        ServiceError: the request is not valid for the role.
    """
    parts = request.role_arn.split(":", 5)
    if len(parts) < 6 or not parts[5].startswith("role/"):
        raise ServiceError("ValidationError", f"{request.role_arn} is invalid", 400)
    partition, account = parts[1], parts[4]
    role = find_role(request.role_arn, account, partition)
    if role is None:
        raise RefusedError(caller, request.action, request.role_arn, None)
    check_trust(caller, identity, request, role, account)
    _check_duration(request, role, chained=caller.kind is CallerKind.SESSION)
    sessions = store.data.setdefault(SESSIONS, {})
    _discard_expired(sessions, account, partition)
    inherited = _inherited(identity)
    made = sts_backends[account][partition].assume_role(
        region_name=request.region,
        role_session_name=request.session_name,
        role_arn=request.role_arn,
        policy=request.policy,
        duration=request.seconds,
        external_id=request.external_id,
    )
    sessions[made.access_key_id] = {
        "policy": request.policy,
        "policy_arns": list(request.policy_arns),
        "tags": {**request.tags, **inherited},
        "transitive_keys": [*request.transitive_keys, *inherited],
        "source_identity": request.source_identity or (identity.session.get("source_identity", "") if identity else ""),
        "federated_provider": caller.name if caller.kind is CallerKind.FEDERATED else "",
        # A session that assumes another role runs where it has run before.
        "vpc": request.vpc or (identity.session.get("vpc", "") if identity else ""),
        "issued": datetime.now(UTC).isoformat(),
        "role_id": role.id,
    }
    return made


def check_trust(caller: Caller, identity: Identity | None, request: SessionRequest, role: Any, account: str) -> None:
    """Check that policies allow a caller to assume a role.

    Args:
        caller: the principal that assumes the role.
        identity: its identity in an account; None for services and federated identities.
        request: what it asks for.
        role: moto's model of the role.
        account: the account of the role.

    Raises:
        RefusedError: a policy does not allow it.
    """
    trust = policy_of(role.assume_role_policy_document, f"the trust policy of role {role.name}")
    found = PolicySet(
        identity=policies.identity_policies(identity) if identity else (),
        boundary=policies.permissions_boundary(identity) if identity else None,
        session=policies.session_policies(identity) if identity else None,
        resource=trust,
        resource_account=account,
        resource_decides=True,
        resource_source=PolicySource.TRUST,
    )
    context = {**(context_of_caller(identity) if identity else {}), **_context(request, account)}
    for name, value in tags_of_role(request.role_arn, account, request.role_arn.split(":")[1]).items():
        context |= {f"{prefix}:resourcetag/{name.lower()}": (value,) for prefix in ("aws", "iam")}
    for action in _actions(request):
        decision = decide(ConcreteRequest(caller, action, request.role_arn, context), found)
        if not decision.allowed:
            raise RefusedError(caller, action, request.role_arn, decision)


def _actions(request: SessionRequest) -> list[str]:
    actions = [request.action]
    if request.tags:
        actions.append("sts:TagSession")
    if request.source_identity:
        actions.append("sts:SetSourceIdentity")
    return actions


def _context(request: SessionRequest, account: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {
        "aws:securetransport": ("true",),
        "aws:resourceaccount": (account,),
        "aws:requestedregion": (request.region,),
        "aws:currenttime": (datetime.now(UTC).isoformat(),),
        "sts:rolesessionname": (request.session_name,),
        **{f"aws:requesttag/{name.lower()}": (value,) for name, value in request.tags.items()},
    }
    if request.tags:
        found["aws:tagkeys"] = tuple(request.tags)
    if request.transitive_keys:
        found["sts:transitivetagkeys"] = request.transitive_keys
    if request.external_id:
        found["sts:externalid"] = (request.external_id,)
    if request.source_identity:
        found["sts:sourceidentity"] = (request.source_identity,)
    return {**found, **request.context}


def _check_duration(request: SessionRequest, role: Any, *, chained: bool) -> None:
    longest = int(role.max_session_duration or 3600)
    if request.seconds < MIN_SECONDS:
        raise ServiceError(
            "ValidationError",
            f"1 validation error detected: Value '{request.seconds}' at 'durationSeconds' failed to satisfy "
            f"constraint: Member must have value greater than or equal to {MIN_SECONDS}",
            400,
        )
    if chained and request.seconds > CHAINED_SECONDS:
        text = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
        raise ServiceError("ValidationError", text, 400)
    if request.seconds > longest:
        text = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        raise ServiceError("ValidationError", text, 400)


def _inherited(identity: Identity | None) -> dict[str, str]:
    """Transitive tags of the session that assumes another role."""
    session = identity.session if identity else {}
    keys = session.get("transitive_keys", [])
    return {name: value for name, value in session.get("tags", {}).items() if name in keys}


def _discard_expired(sessions: dict[str, Any], account: str, partition: str) -> None:
    known = sts_backends[account][partition].assumed_roles
    now = datetime.now(UTC)
    for role in [one for one in known if one.expiration.replace(tzinfo=UTC) < now]:
        known.remove(role)
        sessions.pop(role.access_key_id, None)
