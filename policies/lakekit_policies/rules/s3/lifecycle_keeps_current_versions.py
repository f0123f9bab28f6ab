from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform.blocks import Block, nested

READABLE = ("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR")
MAY_END = ("code", "files", "scratch", "logs")


class LifecycleKeepsCurrentVersions(BucketRule):
    id = "LK_S3_7"
    title = "Lifecycle rules do not expire or archive current table files"
    severity = "critical"
    rationale = (
        "S3 knows ages, not snapshots: a file two years old is as live as its table. Expired or archived, it breaks "
        "every query of the table. Only Iceberg's own snapshot expiry knows what is no longer referenced."
    )
    remedy = (
        "Leave current versions alone (INTELLIGENT_TIERING without archive tiers is fine). "
        "A bucket without tables says so with the tag content: files, scratch or logs."
    )
    reference = "https://iceberg.apache.org/docs/latest/maintenance/"
    pack = "lakehouse"
    controls = {"nist": ["SI-12", "CP-9"], "soc2": ["A1.2", "PI1.5"]}

    def problems(self, block: Block) -> Iterable[str]:
        if content_type(block) in MAY_END or self.is_log_bucket(block):
            return
        for peer in self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration"):
            for rule in nested(peer.block, "rule"):
                if rule.get("status") == "Enabled":
                    yield from _ends(rule)
        for peer in self.sub_resources(block, "aws_s3_bucket_intelligent_tiering_configuration"):
            for tiering in nested(peer.block, "tiering"):
                yield f"{peer.address} archives live objects to {tiering.get('access_tier')}"


def _ends(rule: Block) -> Iterator[str]:
    name = rule.get("id", "a rule")
    for expiration in nested(rule, "expiration"):
        if expiration.get("days") or expiration.get("date"):
            yield f"{name} expires current versions"
    for transition in nested(rule, "transition"):
        if transition.get("storage_class") not in READABLE:
            yield f"{name} moves current versions to {transition.get('storage_class')}, where no query can read them"


check = LifecycleKeepsCurrentVersions()
