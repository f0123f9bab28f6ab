from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import Membership, arns, current_boundary
from lakekit_policies.iam.documents import FoundPolicy, PolicyRole
from lakekit_policies.iam.statements import Statement
from lakekit_policies.rules._shared.identity_writes import bucket_membership, first_for, writes, written_bucket
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class WrittenBucketsKnown(PolicyRule):
    id = "LK_DEST_12"
    title = "Buckets that identity policies write to are known"
    severity = "low"
    rationale = (
        "A bucket name does not show its owner. Without a stated trust boundary, a policy that allows writing to a "
        "bucket of another configuration cannot be distinguished from one that sends data to another account."
    )
    remedy = "State the bucket in `trust_boundary.buckets`, or give the trust boundary with `--boundary`."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7"], "soc2": ["CC6.1", "CC6.7"]}
    attributes = ()  # LK_IAM_1 and LK_IAM_21 report policies that are not known

    def policy_problems(self, policy: FoundPolicy, statements: tuple[Statement, ...], block: Block) -> Iterable[str]:
        del block
        if policy.role is not PolicyRole.IDENTITY or current_boundary().stated:
            return  # LK_DEST_9 compares them with the stated boundary
        if not stack_context.current().at_least("staging"):
            return
        for statement in statements:
            if written := first_for(writes(statement), "arn:aws:s3:::"):
                found = (arn for one in statement.resources or () if (arn := arns.parse(one)))
                for bucket in dict.fromkeys(map(written_bucket, found)):
                    if bucket and bucket_membership(bucket) is Membership.UNKNOWN:
                        yield f"{statement.name} allows {written} on bucket {bucket}, whose owner is not known"


check = WrittenBucketsKnown()
