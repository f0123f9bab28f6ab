"""Quotas of IAM.

Source: IAM user guide, "IAM and AWS STS quotas": 2,048 characters of a trust policy, 10,240 of all inline policies of a
role (2,048 of a user, 5,120 of a group), 6,144 of a managed policy, 10 managed policies of a role, user or group, and 5
versions; "IAM doesn't count white space when calculating the size of a policy against these quotas."
"""

from __future__ import annotations

import re
from typing import Any, Final

from moto.iam.models import iam_backends

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

MAX_TRUST: Final = 2048
MAX_MANAGED: Final = 6144
MAX_ATTACHED: Final = 10
MAX_INLINE: Final = {"Role": 10_240, "User": 2048, "Group": 5120}
_SPACE: Final = re.compile(r"\s+")


@limits("iam", "CreateRole", "UpdateAssumeRolePolicy")
def trust_policy(call: Call) -> None:
    """The size of a trust policy."""
    if _size(call.get("AssumeRolePolicyDocument") or call.get("PolicyDocument")) > MAX_TRUST:
        raise _exceeded(f"Cannot exceed quota for ACLSizePerRole: {MAX_TRUST}")


@limits("iam", "CreatePolicy", "CreatePolicyVersion")
def managed_policy(call: Call) -> None:
    """The size of a managed policy."""
    if _size(call["PolicyDocument"]) > MAX_MANAGED:
        raise _exceeded(f"Cannot exceed quota for PolicySize: {MAX_MANAGED}")


@limits("iam", "PutRolePolicy", "PutUserPolicy", "PutGroupPolicy")
def inline_policies(call: Call) -> None:
    """The size of all inline policies of a principal together."""
    kind, name, holder = _holder(call)
    inline = getattr(holder, "policies", None)
    others = inline.items() if isinstance(inline, dict) else ()
    size = sum(_size(document) for title, document in others if title != call["PolicyName"])
    if size + _size(call["PolicyDocument"]) > MAX_INLINE[kind]:
        raise _exceeded(f"Maximum policy size of {MAX_INLINE[kind]} bytes exceeded for {kind.lower()} {name}")


@limits("iam", "AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy")
def attached_policies(call: Call) -> None:
    """The number of managed policies of a principal."""
    kind, _, holder = _holder(call)
    attached = set(getattr(holder, "managed_policies", ())) - {call["PolicyArn"]}
    if len(attached) >= MAX_ATTACHED:
        quota = "AttachedPoliciesPerGroup" if kind == "Group" else f"PoliciesPer{kind}"
        raise _exceeded(f"Cannot exceed quota for {quota}: {MAX_ATTACHED}")


def _holder(call: Call) -> tuple[str, str, Any]:
    """Kind, name and moto's model of the principal of a request; None if it does not exist."""
    kind = next(kind for kind in MAX_INLINE if kind in call.operation)
    name = str(call[f"{kind}Name"])
    backend: Any = iam_backends[call.account][call.partition]
    known: Any = getattr(backend, f"{kind.lower()}s").values()
    return kind, name, next((one for one in known if one.name == name), None)


def _size(document: Any) -> int:
    return len(_SPACE.sub("", document)) if isinstance(document, str) else 0


def _exceeded(message: str) -> ServiceError:
    return ServiceError("LimitExceeded", message, 409)
