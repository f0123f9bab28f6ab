from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.buckets import content_type
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, mapping

DATA_CONTENT = ("tables", "files")


class BucketClassificationRequired(Rule):
    id = "LK_GOV_5"
    title = "Data buckets carry the tag classification"
    severity = "medium"
    rationale = (
        "LF-tags classify tables only. Scanners, inventories and incident response use the classification of the "
        "bucket."
    )
    remedy = "Tag the bucket with a value of `governance.classifications` (`Zone` does)."
    reference = "https://docs.aws.amazon.com/whitepapers/latest/data-classification/data-classification.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-16", "RA-2"], "soc2": ["C1.1"]}
    resources = ("aws_s3_bucket",)

    def problems(self, block: Block) -> Iterable[str]:
        # Configurations without a classification vocabulary are exempt.
        if not stack_context.current().vocabularies.get("classification") or content_type(block) not in DATA_CONTENT:
            return
        # The bucket's own tag: the provider's default tag is the highest classification of the stack.
        if not mapping(block, "tags").get("classification"):
            yield "tag classification is missing"


check = BucketClassificationRequired()
