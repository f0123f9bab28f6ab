from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.boundary import Membership, TrustBoundary, current_boundary
from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.declarations import Declarations


class ProviderRolesInside(DeclarationRule):
    id = "LK_DEST_5"
    title = "Providers assume only roles inside the trust boundary"
    severity = "critical"
    rationale = (
        "A provider that assumes a role of another account creates its resources there: buckets of that provider, and "
        "everything that is sent to them, belong to the other account."
    )
    remedy = "Assume a role of the environment's account, or state the other account in `trust_boundary.accounts`."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#assuming-an-iam-role"
    pack = "baseline"
    controls = {"nist": ["AC-4", "CM-5"], "soc2": ["CC6.1", "CC8.1"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        boundary, strict = current_boundary(), stack_context.current().at_least("staging")
        for address, settings in declared.provider_settings:
            if not address.startswith("provider.aws"):
                continue
            roles = [*_roles(settings.get("assume_role")), *_roles(settings.get("assume_role_with_web_identity"))]
            accounts = [str(one) for one in as_list(settings.get("allowed_account_ids"))]
            named = [(role, _role_membership(boundary, role)) for role in roles]
            named += [(f"account {one}", boundary.contains_account(one)) for one in accounts]
            for name, found in named:
                if found is Membership.OUTSIDE:
                    yield Problem(address, f"{name} is outside of the trust boundary")
                elif found is Membership.UNKNOWN and declared.references is not None:
                    message = f"{name} is not known to be inside of the trust boundary"
                    yield Problem(address, message, warning=not strict)


def _role_membership(boundary: TrustBoundary, role: str) -> Membership:
    """Whether a role is inside: a plan cannot prove it, because all it shows of its account was read with the role."""
    found = boundary.contains_arn(role)
    return Membership.UNKNOWN if found is Membership.INSIDE and not boundary.stated else found


def _roles(blocks: Any) -> list[str]:
    return [str(block["role_arn"]) for block in as_list(blocks) if isinstance(block, dict) and block.get("role_arn")]


check = ProviderRolesInside()
