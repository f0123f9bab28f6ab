from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class BucketNotAWebsite(Rule):
    id = "LK_S3_44"
    title = "Buckets are not published as websites"
    severity = "high"
    rationale = (
        "A website endpoint answers over plain HTTP and without authentication. A redirect sends its visitors to "
        "the host that the configuration names."
    )
    remedy = "Remove the website configuration; publish documents from a bucket of their own through CloudFront."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteEndpoints.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7", "SC-8"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_s3_bucket_website_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        yield f"bucket {block.get('bucket')} has a website endpoint"


check = BucketNotAWebsite()
