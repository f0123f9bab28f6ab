"""The caller of a request, by its access key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from lakekit_local.requests.credential_scope import CredentialScope
from lakekit_local.requests.registry import ServiceError
from lakekit_local.requests.store import Store
from lakekit_policies.iam.evaluation import Caller, CallerKind

SESSIONS = ("", "", "sts", "session")
"""Table of the store with what moto does not keep of a session, by access key."""


@dataclass(frozen=True)
class Identity:
    """A caller with what its policies and condition keys depend on."""

    caller: Caller
    partition: str = "aws"
    unique_id: str = ""
    """``aws:userid``."""
    tags: Mapping[str, str] = field(default_factory=dict)
    session: Mapping[str, Any] = field(default_factory=dict)
    """The session: its policies, source identity, VPC; empty for others."""

    @property
    def is_root(self) -> bool:
        """Whether it is the root user, whose requests identity-based policies do not restrict."""
        return self.caller.kind is CallerKind.ROOT

    @property
    def role_name(self) -> str:
        """Name of the role of a session."""
        return self.caller.name.rpartition("/")[2] if self.caller.kind is CallerKind.SESSION else ""


def root_of(account: str, partition: str) -> Identity:
    """The root user of an account: the caller with dummy credentials."""
    arn = f"arn:{partition}:iam::{account}:root"
    return Identity(Caller(CallerKind.ROOT, arn, account), partition, account)


def account_of(scope: CredentialScope) -> str | None:
    """The account of an access key; None if the key is not known."""
    if scope.account:
        return scope.account
    for account, partitions in list(iam_backends.items()):
        for backend in list(partitions.values()):
            if scope.access_key in backend.access_keys:
                return str(account)
    return None


def identify(access_key: str, account: str, partition: str, store: Store, token: str) -> Identity:
    """The caller with an access key.

    Args:
        access_key: the access key of the request.
        account: its account.
        partition: the partition of the request.
        store: the store of the local cloud.
        token: the session token of the request; empty if it has none.

    Raises:
        UnknownKeyError: see above.
        ServiceError: the session has expired.
    """
    if access_key == account:
        return root_of(account, partition)
    for role in reversed(sts_backends[account][partition].assumed_roles):
        if role.access_key_id == access_key:
            return _session(role, account, partition, store, token)
    known = iam_backends[account][partition].access_keys.get(access_key)
    user = next((one for one in iam_backends[account][partition].users.values() if known in one.access_keys), None)
    if known is None or user is None or known.status != "Active":
        raise UnknownKeyError
    tags = {tag["Key"]: tag["Value"] for tag in user.tags or ()}
    return Identity(Caller(CallerKind.USER, user.arn, account), partition, user.id, tags)


ANONYMOUS: Final = Identity(Caller(CallerKind.ANONYMOUS, ""))
"""The caller of an unsigned request."""


class UnknownKeyError(Exception):
    """The access key of a request does not exist, is not active, or does not have its session token."""


def unknown_key(service: str, protocol: str) -> ServiceError:
    """The error of a service for such an access key."""
    if service == "s3":
        text = "The AWS Access Key Id you provided does not exist in our records."
        return ServiceError("InvalidAccessKeyId", text, 403)
    if service == "ec2":
        return ServiceError("AuthFailure", "AWS was not able to validate the provided access credentials", 401)
    code = "InvalidClientTokenId" if protocol == "query" else "UnrecognizedClientException"
    return ServiceError(code, "The security token included in the request is invalid.", 403)


def _session(role: Any, account: str, partition: str, store: Store, token: str) -> Identity:
    if role.expiration.replace(tzinfo=UTC) < datetime.now(UTC):
        raise ServiceError("ExpiredToken", "The security token included in the request is expired", 403)
    if token != role.session_token:
        raise UnknownKeyError
    record = store.data.get(SESSIONS, {}).get(role.access_key_id, {})
    known = find_role(role.role_arn, account, partition)
    if record.get("role_id") and (known is None or known.id != record["role_id"]):
        # Sessions end with their role, also if another one with its name is created.
        raise UnknownKeyError
    tags = {**tags_of_role(role.role_arn, account, partition), **record.get("tags", {})}
    caller = Caller(CallerKind.SESSION, role.role_arn, account, role.arn)
    return Identity(caller, partition, role.user_id, tags, record)


def find_role(arn: str, account: str, partition: str) -> Any:
    """moto's model of a role; None if it does not exist."""
    return next((one for one in iam_backends[account][partition].roles.values() if one.arn == arn), None)


def tags_of_role(arn: str, account: str, partition: str) -> dict[str, str]:
    """The tags of a role, which its sessions have as principal tags."""
    role = find_role(arn, account, partition)
    tags = (role.tags if role else None) or {}
    if isinstance(tags, dict):
        return {name: one["Value"] if isinstance(one, dict) else str(one) for name, one in tags.items()}
    return {tag["Key"]: tag["Value"] for tag in tags}
