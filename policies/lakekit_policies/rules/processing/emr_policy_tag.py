from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.conditions import has_tag_condition
from lakekit_policies.rules._shared.ec2_permissions import mutating_actions
from lakekit_policies.rules._shared.policy_rule import found_policies
from lakekit_policies.rules._shared.policy_statements import allow_statements, statement_name
from lakekit_policies.rules._shared.roles import assuming_services
from lakekit_policies.terraform.blocks import Block, mapping

TAG = "for-use-with-amazon-emr-managed-policies"
EMR_SERVICE = "elasticmapreduce"
CONDITION_KEYS = ("aws:resourcetag/", "aws:requesttag/", "ec2:resourcetag/", "ec2:createaction", "ec2:vpc")
# An instance starts with an interface that has no tag yet (AmazonEMRServicePolicy_v2); tags restrict the instance.
LAUNCH_ACTIONS = ("ec2:createfleet", "ec2:runinstances")


class EmrPolicyTag(Rule):
    id = "LK_EMR_5"
    title = "EMR service roles create and change only resources with the EMR tag"
    severity = "high"
    rationale = (
        "Ids of EMR instances and network interfaces are not known in advance. The EMR managed policies and the "
        f"roles of this toolkit restrict them by the tag {TAG}, which clusters and studios propagate. Without it, "
        "EMR roles can change other resources, or cannot change their own."
    )
    remedy = (
        f"Tag clusters and studios with {TAG} = true. In roles that EMR assumes, add conditions on the tag: "
        "`aws:RequestTag` for creation, `aws:ResourceTag` for existing resources, `ec2:CreateAction` for tagging; or "
        "`ec2:Vpc` for attributes of interfaces."
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
        unrestricted = [
            (statement, arn)
            for policy in found_policies(self.entity_type, block)
            for statement in allow_statements(policy)
            if _changes_interfaces(statement) and not has_tag_condition(statement, CONDITION_KEYS)
            for arn in policy_documents.items(statement, "Resource")
            if ":network-interface/" in arn and arn.endswith("*")
        ]
        if unrestricted and EMR_SERVICE in assuming_services(self, block):
            for statement, arn in unrestricted:
                yield f"{statement_name(statement)} allows EMR to create or change {arn} without the tag"


def _changes_interfaces(statement: dict[str, Any]) -> bool:
    return any(action.lower() not in LAUNCH_ACTIONS for action in mutating_actions(statement))


check = EmrPolicyTag()
