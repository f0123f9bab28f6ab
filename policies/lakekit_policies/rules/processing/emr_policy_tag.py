from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import has_tag_condition
from lakekit_policies.rules._shared.ec2_permissions import mutating_actions
from lakekit_policies.rules._shared.policy_statements import allow_statements, statement_name
from lakekit_policies.rules._shared.roles import assuming_services
from lakekit_policies.terraform.blocks import Block, mapping

TAG = "for-use-with-amazon-emr-managed-policies"
EMR = "elasticmapreduce"
BINDING = ("aws:resourcetag/", "aws:requesttag/", "ec2:resourcetag/", "ec2:createaction")


class EmrPolicyTag(Rule):
    id = "LK_EMR_5"
    title = "EMR service roles create and change only resources with the EMR tag"
    severity = "high"
    rationale = (
        "Machines and interfaces of a cluster have no names before they are there: EMR's own policies, and ours, know "
        f"them by the tag {TAG}, which clusters and studios hand on. Without it EMR's roles reach other people's, "
        "or not even their own."
    )
    remedy = (
        f"Tag clusters and studios with {TAG} = true; in the roles that EMR assumes, ask for it (aws:RequestTag where "
        "something is made, aws:ResourceTag where it is there, ec2:CreateAction for its tags)."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-managed-iam-policies.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_emr_cluster", "aws_emr_studio", "aws_iam_role", "aws_iam_role_policy", "aws_iam_policy")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type in ("aws_emr_cluster", "aws_emr_studio"):
            if not any(str(mapping(block, name).get(TAG)).lower() == "true" for name in ("tags", "tags_all")):
                yield f"tag {TAG} is not true"
            return
        loose = [
            (statement, arn)
            for statement in allow_statements(block)
            if mutating_actions(statement) and not has_tag_condition(statement, BINDING)
            for arn in policy_documents.items(statement, "Resource")
            if ":network-interface/" in arn and arn.endswith("*")
        ]
        if loose and EMR in assuming_services(self, block):
            for statement, arn in loose:
                yield f"{statement_name(statement)} lets EMR make or change {arn} without its tag"


check = EmrPolicyTag()
