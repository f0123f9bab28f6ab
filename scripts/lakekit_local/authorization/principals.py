"""Principals of policies and grants: whether they exist, and what is left of them when they are deleted.

IAM stores the unique id of a role or user that a policy names, and shows its ARN while it exists. A role that is
created again with the same name has another id, and the policies of the first do not concern it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html, "IAM role principals").
Here, the ARN is stored, and replaced with the id when the role or user is deleted.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from moto.glue.models import glue_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.s3.models import s3_backends
from moto.secretsmanager.models import secretsmanager_backends
from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

_LISTS: Final = ("Principal", "NotPrincipal")
_NAMED: Final = ("role", "user")


def exists(name: str, account: str, partition: str) -> bool:
    """Whether a principal exists, as far as it is a role or user of an account, or a unique id.

    Args:
        name: ARN, account or unique id of the principal.
        account: the account whose roles and users are known.
        partition: its partition.
    """
    if name.startswith("A") and name.isalnum():
        return any(name == one.id for backend in _backends(iam_backends) for one in _holders(backend))
    prefix = f"arn:{partition}:iam::{account}:"
    if not name.startswith(prefix) or name.removeprefix(prefix).partition("/")[0] not in _NAMED:
        return True
    return any(name == one.arn for one in _holders(iam_backends[account][partition]))


def replace_deleted(arn: str, unique_id: str) -> None:
    """Replace the ARN of a deleted role or user with its unique id in all policies and grants that name it."""
    for text, write in _policies():
        if arn in text and (changed := _replaced(text, arn, unique_id)) is not None:
            write(changed)
    for backend in _backends(kms_backends):
        for key in backend.keys.values():
            for grant in key.grants.values():
                if grant.grantee_principal == arn:
                    grant.grantee_principal = unique_id
                if grant.retiring_principal == arn:
                    grant.retiring_principal = unique_id


def _replaced(text: str, arn: str, unique_id: str) -> str | None:
    """A document without the ARN as a principal; None if it does not name it as one."""
    document = json.loads(text)
    statements = document.get("Statement", [])
    found = False
    for statement in statements if isinstance(statements, list) else [statements]:
        for element in _LISTS:
            named = statement.get(element)
            if not isinstance(named, dict) or "AWS" not in named:
                continue
            listed = named["AWS"] if isinstance(named["AWS"], list) else [named["AWS"]]
            if arn in listed:
                found = True
                changed = [unique_id if one == arn else one for one in listed]
                named["AWS"] = changed if isinstance(named["AWS"], list) else changed[0]
    return json.dumps(document) if found else None


def _policies() -> Iterator[tuple[str, Callable[[str], None]]]:
    """All policies that name principals, each with a function that writes it."""
    for backend in _backends(iam_backends):
        for role in backend.roles.values():
            yield from _attribute(role, "assume_role_policy_document")
    for backend in _backends(s3_backends):
        for bucket in backend.buckets.values():
            yield from _attribute(bucket, "policy")
    for backends, kind in (
        (kms_backends, "keys"),
        (sns_backends, "topics"),
        (sqs_backends, "queues"),
        (secretsmanager_backends, "secrets"),
    ):
        for backend in _backends(backends):
            for one in getattr(backend, kind).values():
                yield from _attribute(one, "policy")
    for backend in _backends(glue_backends):
        for record in backend.resource_policies.values():
            yield from _item(record, "PolicyInJson")


def _attribute(holder: Any, name: str) -> Iterator[tuple[str, Callable[[str], None]]]:
    value = getattr(holder, name, None)
    if isinstance(value, bytes):
        yield value.decode(errors="replace"), lambda text: setattr(holder, name, text.encode())
    elif isinstance(value, str) and value:
        yield value, lambda text: setattr(holder, name, text)


def _item(record: dict[str, Any], name: str) -> Iterator[tuple[str, Callable[[str], None]]]:
    if record.get(name):
        yield str(record[name]), lambda text: record.__setitem__(name, text)


def _backends(backends: Any) -> list[Any]:
    return [one for regions in list(backends.values()) for one in list(regions.values())]


def _holders(backend: Any) -> list[Any]:
    return [*backend.roles.values(), *backend.users.values()]
