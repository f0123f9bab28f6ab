from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list

BROAD = (
    "AdministratorAccess",
    "PowerUserAccess",
    "DataScientist",
    "DatabaseAdministrator",
    "SystemAdministrator",
    "AWSGlueServiceRole",
    "AWSLakeFormationDataAdmin",
    "AmazonElasticMapReduceRole",
    "AmazonElasticMapReduceforEC2Role",
)
# IAMFullAccess is left to CKV2_AWS_56.
ENDINGS = ("FullAccess", "FullAccessPolicy", "ConsoleFullAccess")


class NoBroadManagedPolicies(Rule):
    id = "LK_IAM_6"
    title = "Roles have no broad AWS managed policies"
    severity = "high"
    rationale = (
        "AmazonS3FullAccess is every bucket; AWSGlueServiceRole reads and writes aws-glue-* of anyone. AWS widens "
        "such policies without asking."
    )
    remedy = "Write a policy with the actions and ARNs the role needs, or use the constructs' grant verbs."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
    pack = "baseline"
    controls = {"nist": ["AC-6"], "cis": ["1.16"], "soc2": ["CC6.3"]}
    resources = (
        "aws_iam_role",
        "aws_iam_role_policy_attachment",
        "aws_iam_user_policy_attachment",
        "aws_iam_group_policy_attachment",
        "aws_iam_policy_attachment",
        "aws_iam_role_policy_attachments_exclusive",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for attribute in ("policy_arn", "policy_arns", "managed_policy_arns"):
            for arn in as_list(block.get(attribute)):
                policy = str(arn).rpartition("/")[2]
                if ":aws:policy/" in str(arn) and policy != "IAMFullAccess" and _is_broad(policy):
                    yield f"{policy} is attached"


def _is_broad(policy: str) -> bool:
    return policy in BROAD or policy.endswith(ENDINGS)


check = NoBroadManagedPolicies()
