from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform.blocks import Block, is_unknown, nested

QUERYABLE_STORAGE_CLASSES = ("STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR")
EXPIRING_CONTENT = ("code", "files", "scratch", "logs")
EXPORTS = {
    "aws_s3_bucket_analytics_configuration": (
        *("storage_class_analysis", "data_export", "destination", "s3_bucket_destination"),
    ),
    "aws_s3_bucket_inventory": ("destination", "bucket"),
}


class LifecycleKeepsCurrentVersions(BucketRule):
    id = "LK_S3_7"
    title = "Lifecycle rules do not expire or archive current table files"
    severity = "high"
    rationale = (
        "S3 lifecycle rules use the age of objects, but old Iceberg files can still be part of the current snapshot. "
        "Expiring or archiving them breaks queries. Only Iceberg snapshot expiration knows which files are "
        "unreferenced."
    )
    remedy = (
        "Remove expiration and archive transitions for current versions (INTELLIGENT_TIERING without archive tiers "
        "is allowed). Tag buckets without tables with `content`: files, scratch or logs."
    )
    reference = "https://iceberg.apache.org/docs/latest/maintenance/"
    pack = "lakehouse"
    controls = {"nist": ["SI-12", "CP-9"], "soc2": ["A1.2", "PI1.5"]}

    def problems(self, block: Block) -> Iterable[str]:
        if content_type(block) in EXPIRING_CONTENT or self.is_log_bucket(block):
            return
        exports = tuple(self._export_prefixes(block))
        for peer in self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration"):
            for rule in nested(peer.block, "rule"):
                if rule.get("status") == "Enabled" and not _prefix(rule).startswith(exports):
                    yield from _violations(rule)
        for peer in self.sub_resources(block, "aws_s3_bucket_intelligent_tiering_configuration"):
            for tiering in nested(peer.block, "tiering"):
                yield f"{peer.address} archives current objects to {tiering.get('access_tier')}"

    def _export_prefixes(self, block: Block) -> Iterator[str]:
        """Prefixes below which S3 writes analytics exports and inventories to this bucket."""
        for kind, path in EXPORTS.items():
            for peer in self.peers.all(kind):
                for destination in nested(dict(peer.block), *path):
                    bucket, prefix = destination.get("bucket_arn"), destination.get("prefix")
                    is_own = self.peers.is_own(bucket, peer.address) or bucket == f"arn:aws:s3:::{block.get('bucket')}"
                    if is_own and isinstance(prefix, str) and prefix and not is_unknown(prefix):
                        yield prefix


def _prefix(rule: Block) -> str:
    """The prefix of the objects of a lifecycle rule; empty without one, or if it is unknown."""
    stated = [
        *(part.get("prefix") for part in (*nested(rule, "filter"), *nested(rule, "filter", "and"))),
        rule.get("prefix"),
    ]
    return next((one for one in stated if isinstance(one, str) and not is_unknown(one)), "")


def _violations(rule: Block) -> Iterator[str]:
    name = rule.get("id", "a rule")
    for expiration in nested(rule, "expiration"):
        if expiration.get("days") or expiration.get("date"):
            yield f"{name} expires current versions"
    for transition in nested(rule, "transition"):
        if transition.get("storage_class") not in QUERYABLE_STORAGE_CLASSES:
            yield f"{name} transitions current versions to {transition.get('storage_class')}, which queries cannot read"


check = LifecycleKeepsCurrentVersions()
