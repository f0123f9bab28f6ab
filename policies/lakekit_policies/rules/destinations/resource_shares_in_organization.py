from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.terraform.declarations import Declarations


class ResourceSharesInOrganization(DeclarationRule):
    id = "LK_DEST_7"
    title = "Resource shares do not allow external principals"
    severity = "high"
    rationale = (
        "A resource share with external principals can be extended to accounts outside of the organization, by a "
        "change that names only the account."
    )
    remedy = "Set `allow_external_principals = false`."
    reference = "https://docs.aws.amazon.com/ram/latest/userguide/working-with-sharing-create.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.1", "CC6.6"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        for resource in declared.resources:
            if (
                resource.type == "aws_ram_resource_share"
                and resource.arguments.get("allow_external_principals") is True
            ):
                yield Problem(resource.address, "allow_external_principals is true")


check = ResourceSharesInOrganization()
