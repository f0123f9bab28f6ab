from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

LONGEST_SCRATCH = 30  # days


class StorageClassTransitions(BucketRule):
    id = "LK_S3_23"
    title = "Lifecycle rules move cold data to cheaper storage and expire temporary data"
    severity = "low"
    rationale = (
        "Most of a lake is read in its first weeks. Intelligent tiering halves the price of the rest without a query "
        "that fails or waits; scratch that nobody clears is the other half of the bill."
    )
    remedy = (
        "In staging and prod add an enabled transition for tables (INTELLIGENT_TIERING), and for scratch an expiration "
        f"within {LONGEST_SCRATCH} days (zones do both)."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html"
    pack = "cost"
    controls = {"nist": ["SI-12"], "soc2": ["A1.1", "C1.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        kept = content_type(block)
        parts = self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration")
        # That there is a lifecycle is CKV2_AWS_61's matter.
        if not stack_context.current().at_least("staging") or self.is_log_bucket(block) or not parts:
            return
        rules = [rule for part in parts for rule in nested(part.block, "rule") if rule.get("status") == "Enabled"]
        if kept == "tables" and not any(part.get("days") is not None for part in _all(rules, "transition")):
            yield "no enabled rule moves tables to a cheaper storage class"
        ends = [int(part["days"]) for part in _all(rules, "expiration") if part.get("days")]
        if kept == "scratch" and not any(days <= LONGEST_SCRATCH for days in ends):
            yield f"no enabled rule ends scratch within {LONGEST_SCRATCH} days"


def _all(rules: Iterable[Block], name: str) -> list[Block]:
    return [part for rule in rules for part in nested(rule, name)]


check = StorageClassTransitions()
