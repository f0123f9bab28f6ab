"""Policies that concern a request: those of the caller, of the resource, and of the VPC endpoint."""

from __future__ import annotations

import json
from typing import Any, Final

from moto.ec2.models import ec2_backends
from moto.glue.models import glue_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

from lakekit_local.authorization.callers import Identity, find_role
from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.requests.registry import Call
from lakekit_policies.iam.evaluation import CallerKind, Policy, policy_of

_ENDPOINT_NAMES: Final = {"elasticmapreduce": "elasticmapreduce", "lakeformation": "lakeformation"}


def identity_policies(identity: Identity) -> tuple[Policy, ...]:
    """Inline and managed policies of a role, or of a user and its groups."""
    caller = identity.caller
    if caller.kind is CallerKind.SESSION:
        role = find_role(caller.name, caller.account, identity.partition)
        return tuple(_attached(role, f"role {role.name}")) if role else ()
    if caller.kind is not CallerKind.USER:
        return ()
    backend: Any = iam_backends[caller.account][identity.partition]
    user = next(one for one in backend.users.values() if one.arn == caller.name)
    found = _attached(user, f"user {user.name}")
    for group in backend.get_groups_for_user(user.name):
        found += _attached(group, f"group {group.name}")
    return tuple(found)


def permissions_boundary(identity: Identity) -> Policy | None:
    """The permissions boundary of a role or a user."""
    caller = identity.caller
    if caller.kind not in (CallerKind.SESSION, CallerKind.USER):
        return None
    backend: Any = iam_backends[caller.account][identity.partition]
    holders = backend.roles if caller.kind is CallerKind.SESSION else backend.users
    holder = next((one for one in holders.values() if one.arn == caller.name), None)
    arn = getattr(holder, "permissions_boundary_arn", None) or getattr(holder, "permissions_boundary", None)
    arn = arn.get("PermissionsBoundaryArn") if isinstance(arn, dict) else arn
    return managed_policy(identity, str(arn)) if arn else None


def session_policies(identity: Identity) -> tuple[Policy, ...] | None:
    """The session policies of a session; None if none were passed."""
    inline, listed = identity.session.get("policy"), identity.session.get("policy_arns") or []
    if not inline and not listed:
        return None
    found = [policy_of(inline, "the session policy")] if inline else []
    return (*found, *(managed_policy(identity, arn) for arn in listed))


def managed_policy(identity: Identity, arn: str) -> Policy:
    """A managed policy by its ARN; one that does not exist allows nothing."""
    found: Any = iam_backends[identity.caller.account][identity.partition].managed_policies.get(arn)
    empty: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
    return policy_of(_document(found) if found else empty, f"managed policy {arn}")


def resource_policy(arn: str) -> Policy | None:
    """The policy of a resource; None if it has none, or if its service has no such policies."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    _, _, service, region, account, resource = parts
    match service:
        case "s3":
            found = bucket(resource.partition("/")[0])
            document = found.policy if found else None
        case "kms":
            key = kms_backends[account][region].keys.get(resource.removeprefix("key/"))
            document = key.policy if key else None
        case "sns":
            topic = sns_backends[account][region].topics.get(arn)
            document = topic.policy if topic else None
        case "sqs":
            queue = sqs_backends[account][region].queues.get(resource)
            document = queue.policy if queue else None
        case "secretsmanager":
            secrets: Any = secretsmanager_backends[account][region].secrets.values()
            document = next((one.policy for one in secrets if one.arn == arn), None)
        case "glue":
            catalog = f"{':'.join(parts[:5])}:catalog"
            document = glue_backends[account][region].resource_policies.get(catalog, {}).get("PolicyInJson")
        case _:
            document = None
    if not document:
        return None
    text = document if isinstance(document, str | dict) else bytes(document).decode()
    return policy_of(text, f"the policy of {arn.partition('/')[0] if service == 's3' else arn}")


def endpoint_of(call: Call, identity: Identity) -> Any:
    """The VPC endpoint that a request of a session in a VPC passes; None if it leaves the VPC in another way."""
    vpc = identity.session.get("vpc")
    if not vpc:
        return None
    known = ec2_backends[identity.caller.account][call.region].vpc_end_points.values()
    endpoints = [one for one in known if one.state != "deleted"]  # moto keeps them
    suffix = f".{call.region}.{_ENDPOINT_NAMES.get(call.service, call.service)}"
    return next((one for one in endpoints if one.vpc_id == vpc and one.service_name.endswith(suffix)), None)


def endpoint_policy(endpoint: Any) -> Policy:
    """The policy of an endpoint."""
    return policy_of(endpoint.policy_document, f"the policy of VPC endpoint {endpoint.id}")


def _attached(holder: Any, name: str) -> list[Policy]:
    inline = holder.policies
    items = inline.items() if isinstance(inline, dict) else ()
    found = [policy_of(document, f"policy {title} of {name}") for title, document in items]
    managed = holder.managed_policies.values()
    return [*found, *(policy_of(_document(one), f"managed policy {one.arn} of {name}") for one in managed)]


def _document(policy: Any) -> str:
    version = next(one for one in policy.versions if one.version_id == policy.default_version_id)
    document = version.document
    return document if isinstance(document, str) else json.dumps(document)
