from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class BucketPolicyKeepsAccess(Rule):
    id = "LK_S3_34"
    title = "Bucket policies do not deny everything to everybody"
    severity = "high"
    rationale = (
        "A Deny of all actions for every principal locks the bucket: only the root user of the account can remove it."
    )
    remedy = "Restrict the Deny with a condition or to some actions."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = (
        "aws_s3_bucket",
        "aws_s3_bucket_policy",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for statement in policy_documents.statements(block.get("policy")):
            actions = {action.lower() for action in policy_documents.items(statement, "Action")}
            everybody = "*" in {name for _, name in policy_documents.principals(statement)}
            denies = statement.get("Effect") == "Deny" and bool(actions & {"*", "s3:*"})
            if denies and everybody and not statement.get("Condition"):
                yield f"statement {statement.get('Sid') or 'without Sid'} denies every action to everybody"


check = BucketPolicyKeepsAccess()
