from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lakekit_policies.rules._shared.buckets import BucketRule, content_type
from lakekit_policies.terraform.blocks import Block, is_unknown, nested
from lakekit_policies.terraform.peer_index import Peer

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
        if content_type(block) in EXPIRING_CONTENT:
            return
        found = list(self._problems(block))
        if (found or self._may_expire()) and not self.is_log_bucket(block):
            yield from found

    def _problems(self, block: Block) -> Iterator[str]:
        exports = list(self._exports(block))
        for peer in self.sub_resources(block, "aws_s3_bucket_lifecycle_configuration"):
            for rule in nested(peer.block, "rule"):
                prefix, violations = _prefix(rule), list(_violations(rule))
                if rule.get("status") == "Enabled" and violations and not _is_export(prefix, exports):
                    yield from violations
        for peer in self.sub_resources(block, "aws_s3_bucket_intelligent_tiering_configuration"):
            for tiering in nested(peer.block, "tiering"):
                yield f"{peer.address} archives current objects to {tiering.get('access_tier')}"

    def _may_expire(self) -> bool:
        """Whether the rules of an unknown bucket, which may be this one, expire or archive current versions."""
        return any(
            any(True for rule in nested(dict(peer.block), "rule") for _ in _violations(rule))
            and self.peers.may_be_own(dict.get(peer.block, "bucket"), peer.address)
            and bool(peer.block.get("bucket"))
            for peer in self.peers.all("aws_s3_bucket_lifecycle_configuration")
        )

    def _exports(self, block: Block) -> Iterator[_Export]:
        """What S3 writes to this bucket, or may write to it: analytics exports and inventories."""
        for kind, path in EXPORTS.items():
            for peer in self.peers.all(kind):
                for destination in nested(dict(peer.block), *path):
                    bucket, prefix = destination.get("bucket_arn"), destination.get("prefix")
                    is_own = self.peers.is_own(bucket, peer.address) or bucket == f"arn:aws:s3:::{block.get('bucket')}"
                    if isinstance(prefix, str) and prefix and (is_own or self.peers.may_be_own(bucket, peer.address)):
                        yield _Export(prefix, is_own and not is_unknown(prefix), peer, path[0])


@dataclass(frozen=True, slots=True)
class _Export:
    prefix: str
    is_certain: bool
    """Whether prefix and bucket are known."""
    peer: Peer
    attribute: str


def _is_export(prefix: str | None, exports: list[_Export]) -> bool:
    """Whether the objects with a prefix are exports, or may be: reading what is not known leaves it undetermined."""
    if any(one.is_certain and prefix is not None and prefix.startswith(one.prefix) for one in exports):
        return True
    open_ = [one for one in exports if prefix is None or is_unknown(one.prefix) or prefix.startswith(one.prefix)]
    return bool([one.peer.block.get(one.attribute) for one in open_])


def _prefix(rule: Block) -> str | None:
    """The prefix of the objects of a lifecycle rule; empty without one, None if it is unknown."""
    stated = [
        *(part.get("prefix") for part in (*nested(rule, "filter"), *nested(rule, "filter", "and"))),
        rule.get("prefix"),
    ]
    found = next((one for one in stated if isinstance(one, str) and one), "")
    return None if is_unknown(found) else found


def _violations(rule: Block) -> Iterator[str]:
    name = rule.get("id", "a rule")
    for expiration in nested(rule, "expiration"):
        if expiration.get("days") or expiration.get("date"):
            yield f"{name} expires current versions"
    for transition in nested(rule, "transition"):
        if transition.get("storage_class") not in QUERYABLE_STORAGE_CLASSES:
            yield f"{name} transitions current versions to {transition.get('storage_class')}, which queries cannot read"


check = LifecycleKeepsCurrentVersions()
