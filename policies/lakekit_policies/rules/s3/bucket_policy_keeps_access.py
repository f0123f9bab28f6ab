from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block


class BucketPolicyKeepsAccess(PolicyRule):
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
    roles = (PolicyRole.RESOURCE,)
    services = ("aws_s3",)

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del statements, block
        if policy.role is not PolicyRole.RESOURCE or not self.entity_type.startswith("aws_s3"):
            return
        for statement in policy_documents.statements(policy.document):
            actions = {action.lower() for action in policy_documents.items(statement, "Action")}
            everybody = "*" in {name for _, name in policy_documents.principals(statement)}
            denies = statement.get("Effect") == "Deny" and bool(
                actions & {"*", "s3:*", "s3tables:*", "s3express:*", "s3-object-lambda:*"}
            )
            if denies and everybody and not statement.get("Condition"):
                yield f"statement {statement.get('Sid') or 'without Sid'} denies every action to everybody"


check = BucketPolicyKeepsAccess()
