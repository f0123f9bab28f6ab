from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, reference


class BucketNameLiteral(Rule):
    id = "LK_S3_9"
    title = "S3 buckets have a literal name"
    severity = "low"
    rationale = (
        "Policies refer to buckets by ARN. A generated name is unknown until apply, and so are the policies that "
        "contain it."
    )
    remedy = "Set `bucket` to a name derived from organization, environment and zone."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html"
    pack = "baseline"
    controls = {"nist": ["CM-2", "CM-6"], "soc2": ["CC8.1"]}
    resources = ("aws_s3_bucket",)

    def problems(self, block: Block) -> Iterable[str]:
        name = block.get("bucket")
        if block.get("bucket_prefix"):
            yield f"bucket_prefix {block['bucket_prefix']} generates a random name; set bucket"
        elif not name or reference(name) or "${" in name:
            yield "the bucket has no literal name"


check = BucketNameLiteral()
