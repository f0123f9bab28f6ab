from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

MAX_SCRATCH_DAYS = 30


class StorageClassTransitions(BucketRule):
    id = "LK_S3_23"
    title = "Lifecycle rules move cold data to cheaper storage and expire temporary data"
    severity = "low"
    rationale = (
        "Most data of a lake is read in its first weeks. S3 Intelligent-Tiering reduces the cost of the rest without "
        "changing access. Temporary data without expiration accumulates cost."
    )
    remedy = (
        "In staging and prod, add an enabled transition to INTELLIGENT_TIERING for tables, and for scratch buckets "
        f"an expiration of at most {MAX_SCRATCH_DAYS} days (`Zone` adds both)."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html"
    pack = "cost"
    controls = {"nist": ["SI-12"], "soc2": ["A1.1", "C1.2"]}

    def problems(self, block: Block) -> Iterable[str]:
        content = content_type(block)
        configurations = self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration")
        # LK_S3_37 requires a lifecycle configuration.
        if not stack_context.current().at_least("staging") or self.receives_logs(block) or not configurations:
            return
        rules = [
            rule for peer in configurations for rule in nested(peer.block, "rule") if rule.get("status") == "Enabled"
        ]
        if content == "tables" and not any(part.get("days") is not None for part in _all(rules, "transition")):
            yield "no enabled rule transitions tables to a cheaper storage class"
        expirations = [int(part["days"]) for part in _all(rules, "expiration") if part.get("days")]
        if content == "scratch" and not any(days <= MAX_SCRATCH_DAYS for days in expirations):
            yield f"no enabled rule expires scratch data within {MAX_SCRATCH_DAYS} days"


def _all(rules: Iterable[Block], name: str) -> list[Block]:
    return [part for rule in rules for part in nested(rule, name)]


check = StorageClassTransitions()
