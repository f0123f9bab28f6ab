"""Identity policies of a configuration, with the principals that hold them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.iam.documents import FoundPolicy, PolicyRole, policies_of
from lakekit_policies.terraform.blocks import as_list, local_address, reference
from lakekit_policies.terraform.declarations import Declaration, Declarations

_PRINCIPALS: Final = ("aws_iam_role", "aws_iam_user", "aws_iam_group")
_INLINE: Final = {
    "aws_iam_role_policy": ("role", "aws_iam_role"),
    "aws_iam_user_policy": ("user", "aws_iam_user"),
    "aws_iam_group_policy": ("group", "aws_iam_group"),
}
"""Types of inline policies: the argument that names the principal, and the type of that."""
_ATTACHMENTS: Final = {
    **{f"{kind}_policy_attachment": {argument: kind} for argument, kind in _INLINE.values()},
    "aws_iam_role_policy_attachments_exclusive": {"role_name": "aws_iam_role"},
    "aws_iam_user_policy_attachments_exclusive": {"user_name": "aws_iam_user"},
    "aws_iam_group_policy_attachments_exclusive": {"group_name": "aws_iam_group"},
    "aws_iam_policy_attachment": {"roles": "aws_iam_role", "users": "aws_iam_user", "groups": "aws_iam_group"},
}


@dataclass(frozen=True, slots=True)
class HeldPolicy:
    """A policy of one principal."""

    principal: str
    """`role acme-dev-analyst`."""
    address: str
    """Address of the resource with the policy."""
    policy: FoundPolicy


class PolicyHolders:
    """Principals by policy.

    Args:
        declared: the configuration.
    """

    def __init__(self, declared: Declarations) -> None:
        self._managed: Final = [one for one in declared.resources if one.mode == "managed"]
        self._names: Final = {
            local_address(one.address): str(one.arguments.get("name") or "")
            for one in self._managed
            if one.type in _PRINCIPALS
        }
        self._attached: Final[dict[str, list[str]]] = {}
        """Principals by address and name of a policy."""
        self._boundaries: Final[set[str]] = set()
        for one in self._managed:
            self._note(one)

    def policies(self) -> Iterator[HeldPolicy]:
        """Every identity policy with each of its principals; a policy that is not attached here stands for itself."""
        for one in self._managed:
            found = [policy for policy in policies_of(one.type, one.arguments) if policy.role is PolicyRole.IDENTITY]
            for principal in self._holders(one) if found else ():
                yield from (HeldPolicy(principal, one.address, policy) for policy in found)

    def _note(self, resource: Declaration) -> None:
        given = resource.arguments
        if resource.type in _PRINCIPALS:
            self._boundaries.add(_policy(given.get("permissions_boundary")))
            for arn in as_list(given.get("managed_policy_arns")):
                self._attached.setdefault(_policy(arn), []).append(self._own(resource))
        for argument, kind in _ATTACHMENTS.get(resource.type, {}).items():
            principals = [self._principal(kind, name) for name in as_list(given.get(argument))]
            for arn in (*as_list(given.get("policy_arn")), *as_list(given.get("policy_arns"))):
                self._attached.setdefault(_policy(arn), []).extend(principals)

    def _holders(self, resource: Declaration) -> list[str]:
        given = resource.arguments
        if resource.type in _INLINE:
            argument, kind = _INLINE[resource.type]
            return [self._principal(kind, given.get(argument))]
        if resource.type in _PRINCIPALS:
            return [self._own(resource)]
        if resource.type != "aws_iam_policy":
            return [resource.address]
        keys = (local_address(resource.address), str(given.get("name") or "-"))
        attached = list(dict.fromkeys(name for key in keys for name in self._attached.get(key, ())))
        return attached or ([] if self._boundaries.intersection(keys) else [resource.address])

    def _own(self, principal: Declaration) -> str:
        return self._principal(principal.type, principal.arguments.get("name") or principal.address)

    def _principal(self, kind: str, name: Any) -> str:
        address = reference(name)
        return f"{kind.rpartition('_')[2]} {(self._names.get(address) or address) if address else name}"


def _policy(arn: Any) -> str:
    """The address of a policy that is referred to, or the name in an ARN."""
    return reference(arn) or str(arn).partition(":policy/")[2].rpartition("/")[2]


def buckets_by_reference(declared: Declarations) -> Mapping[str, str]:
    """Address of each bucket to its name, as far as it is a literal; to the address if not."""
    found = {}
    for one in declared.resources:
        if one.type == "aws_s3_bucket":
            name, address = str(one.arguments.get("bucket") or ""), local_address(one.address)
            found[address] = name if name and "${" not in name else address
    return found
