from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list

BROAD_POLICIES = (
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
# CKV2_AWS_56 covers IAMFullAccess.
BROAD_SUFFIXES = ("FullAccess", "FullAccessPolicy", "ConsoleFullAccess")


class NoBroadManagedPolicies(Rule):
    id = "LK_IAM_6"
    title = "Roles have no broad AWS managed policies"
    severity = "high"
    rationale = (
        "AmazonS3FullAccess covers every bucket; AWSGlueServiceRole reads and writes every aws-glue-* bucket. AWS "
        "extends managed policies without notice."
    )
    remedy = "Write a policy with the required actions and ARNs, or use the grant methods of the constructs."
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
        "aws_iam_user_policy_attachments_exclusive",
        "aws_iam_group_policy_attachments_exclusive",
        "aws_ssoadmin_managed_policy_attachment",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for attribute in ("policy_arn", "policy_arns", "managed_policy_arns", "managed_policy_arn"):
            for arn in as_list(block.get(attribute)):
                policy = str(arn).rpartition("/")[2]
                if ":aws:policy/" in str(arn) and policy != "IAMFullAccess" and _is_broad(policy):
                    yield f"broad managed policy {policy} is attached"


def _is_broad(policy: str) -> bool:
    return policy in BROAD_POLICIES or policy.endswith(BROAD_SUFFIXES)


check = NoBroadManagedPolicies()
