from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.terraform.declarations import Declarations


class EndpointServicesRestricted(DeclarationRule):
    id = "LK_DEST_7"
    title = "Endpoint services and shares accept consumers one by one"
    severity = "high"
    rationale = (
        "Without acceptance, every principal that is allowed connects without notice. A resource share with "
        "external principals can be extended to accounts outside of the organization."
    )
    remedy = "Set `acceptance_required = true` and `allow_external_principals = false`."
    reference = "https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.1", "CC6.6"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        for resource in declared.resources:
            if resource.mode != "managed":
                continue
            arguments = resource.arguments
            if resource.type == "aws_vpc_endpoint_service" and arguments.get("acceptance_required") is not True:
                yield Problem(resource.address, "acceptance_required is not true: every allowed consumer connects")
            elif resource.type == "aws_ram_resource_share" and arguments.get("allow_external_principals") is True:
                yield Problem(resource.address, "allow_external_principals is true")


check = EndpointServicesRestricted()
