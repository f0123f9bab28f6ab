from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.declarations import Declarations

KINDS: Final = {
    "aws_cloudformation_stack": "cloudformation",
    "aws_cloudformation_stack_instances": "cloudformation",
    "aws_cloudformation_stack_set": "cloudformation",
    "aws_cloudformation_stack_set_instance": "cloudformation",
    "aws_cloudformation_type": "cloudformation",
    "aws_serverlessapplicationrepository_cloudformation_stack": "cloudformation",
    "aws_cloudcontrolapi_resource": "cloud_control",
    "aws_servicecatalog_provisioned_product": "service_catalog",
    "aws_servicecatalog_product": "service_catalog",
    "aws_servicecatalog_provisioning_artifact": "service_catalog",
}


class NoNestedDeployments(ActionRule):
    id = "LK_ACT_3"
    title = "Configurations deploy no CloudFormation stacks or Cloud Control resources"
    severity = "high"
    rationale = (
        "The resources of a CloudFormation template, a Service Catalog product or a Cloud Control request are not part "
        "of the plan: no rule evaluates them, and their state is elsewhere."
    )
    remedy = (
        "Declare the resources with the provider. To keep it, allow the kind in `trust_boundary.allowed_actions` of "
        "the environment file, with a reason."
    )
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudformation_stack"
    pack = "baseline"
    controls = {"nist": ["CM-2", "CM-3"], "soc2": ["CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            if resource.mode == "managed" and resource.type in KINDS:
                yield OutsideAction(
                    resource.address, KINDS[resource.type], f"{resource.type} deploys resources that no rule evaluates"
                )


check = NoNestedDeployments()
