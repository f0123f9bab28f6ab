from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

PUBLIC: Final = {
    "public-read": "lets everybody read",
    "public-read-write": "lets everybody read and write",
    "authenticated-read": "lets every AWS account read",
    "aws-exec-read": "lets EC2 read",
}
GROUPS: Final = ("/AllUsers", "/AuthenticatedUsers")


class BucketAclPrivate(Rule):
    id = "LK_S3_33"
    title = "Bucket ACLs grant nothing to others"
    severity = "critical"
    rationale = "A canned ACL such as `public-read`, or a grant to a global group, opens every object of the bucket."
    remedy = 'Remove the ACL and set `object_ownership = "BucketOwnerEnforced"`.'
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_s3_bucket_acl",
        "aws_s3_bucket",
        "aws_s3_object",
        "aws_s3_object_copy",
    )

    def problems(self, block: Block) -> Iterable[str]:
        acl = block.get("acl")
        if isinstance(acl, str) and acl in PUBLIC:
            yield f"the ACL {acl} {PUBLIC[acl]}"
        grants = [*nested(block, "grant"), *nested(block, "access_control_policy", "grant")]
        for grant in grants:
            for grantee in [grant, *nested(grant, "grantee")]:
                uri = str(grantee.get("uri") or "")
                if uri.endswith(GROUPS):
                    yield f"a grant is for {uri.rpartition('/')[2]}"


check = BucketAclPrivate()
