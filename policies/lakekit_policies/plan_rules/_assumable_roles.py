"""Who else gains what a plan gives to a role that it creates: existing principals that the role trusts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from lakekit_policies.iam.policy_documents import parse_or_text
from lakekit_policies.iam.statements import MalformedPolicyError, Principal, statements_of
from lakekit_policies.terraform import hcl_expressions
from lakekit_policies.terraform.plan_changes import Change

_CREATED_KINDS: Final = re.compile(r"aws_iam_(?:role|user|openid_connect_provider|saml_provider)")
_INSTANCE: Final = re.compile(hcl_expressions.INSTANCE_KEY)
_OWN_REFERENCE: Final = re.compile(r"\$\{([a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+)")


class AssumableRoles:
    """The created roles that existing principals may assume.

    Args:
        created: the changes that create a resource.
        values: planned values by address; trust policies that are unknown as written in the stack.
    """

    def __init__(self, created: Iterable[Change], values: Mapping[str, Mapping[str, Any]]) -> None:
        created = list(created)
        made = [change for change in created if _CREATED_KINDS.fullmatch(change.type)]
        self._names: Final = {str(change.after.get("name")) for change in made if change.after.get("name")}
        self._shown: Final = {
            declared(change.address): str(change.after.get("name") or change.address) for change in made
        }
        self._addresses: Final = {declared(change.address) for change in created}
        self._principals: Final = {
            declared(change.address): tuple(dict.fromkeys(self._existing(change, values.get(change.address, {}))))
            for change in made
            if change.type == "aws_iam_role"
        }

    def principals(self, addresses: Iterable[str]) -> tuple[str, ...]:
        """Existing principals that may assume one of the roles at these addresses."""
        return tuple(dict.fromkeys(name for one in addresses for name in self._principals.get(declared(one), ())))

    def suffix(self, addresses: Iterable[str]) -> str:
        """Who may use what these roles get; empty if no existing principal may."""
        found = [(self._shown.get(declared(one), one), self.principals([one])) for one in addresses]
        stated = [f"role {role}, which {', '.join(names[:3])} can assume" for role, names in found if names]
        return f" through {' and '.join(stated)}" if stated else ""

    def _existing(self, role: Change, values: Mapping[str, Any]) -> Iterator[str]:
        written = role.after.get("assume_role_policy") or values.get("assume_role_policy")
        try:
            statements = statements_of(parse_or_text(written)) if isinstance(written, str | dict) else ()
        except (MalformedPolicyError, ValueError):
            return  # LK_IAM_1 and LK_IAM_31 report it
        module = role.address.rpartition("aws_iam_role.")[0]
        for statement in statements:
            for principal in (statement.principals or ()) if statement.allows else ():
                if principal.kind in ("AWS", "Federated", "*") and not self._is_created(principal, module):
                    yield principal.name

    def _is_created(self, principal: Principal, module: str) -> bool:
        if match := _OWN_REFERENCE.match(principal.name):
            # Of a resource that exists already, the plan shows the ARN.
            return declared(module) + match[1] in self._addresses
        if "${" in principal.name:
            return True  # not known; rules on trust policies report it
        return principal.name.rpartition("/")[2] in self._names


def declared(address: str) -> str:
    """An address without instance keys, as it is in the configuration."""
    return _INSTANCE.sub("", address)
