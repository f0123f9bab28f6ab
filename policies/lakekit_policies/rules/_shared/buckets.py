"""S3 buckets and the separate resources that configure them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import (
    Block,
    as_list,
    is_unknown,
    local_address,
    mapping,
    nested,
    reference,
)
from lakekit_policies.terraform.peer_index import Peer
from lakekit_policies.terraform.peers import Peers

CONTENT: Final = "content"
"""Tag for the content type of a bucket: ``tables`` (default), ``files``, ``code``, ``scratch`` or ``logs``."""


LOG_DELIVERY_SERVICE: Final = "logging.s3.amazonaws.com"
"""Service principal that delivers S3 access logs."""

LOG_WRITERS: Final = frozenset(
    {
        LOG_DELIVERY_SERVICE,
        "delivery.logs.amazonaws.com",
        "logdelivery.elasticloadbalancing.amazonaws.com",
        "cloudtrail.amazonaws.com",
        "config.amazonaws.com",
    }
)
"""Services that write logs into a bucket: S3, CloudWatch Logs and CloudFront, load balancers, CloudTrail, Config."""

LOG_TARGETS: Final = {
    "aws_s3_bucket_logging": ("target_bucket",),
    "aws_redshift_logging": ("bucket_name",),
    "aws_lb": ("access_logs", "bucket"),
    "aws_alb": ("access_logs", "bucket"),
    "aws_elb": ("access_logs", "bucket"),
    "aws_cloudfront_distribution": ("logging_config", "bucket"),
}
"""Paths of settings that name a bucket for logs, of services that write to buckets with SSE-S3 only, or advise it."""

OTHER_LOG_TARGETS: Final = {
    "aws_cloudtrail": ("s3_bucket_name",),
    "aws_config_delivery_channel": ("s3_bucket_name",),
    "aws_flow_log": ("log_destination",),
    "aws_msk_cluster": ("logging_info", "broker_logs", "s3", "bucket"),
    "aws_mskconnect_connector": ("log_delivery", "worker_log_delivery", "s3", "bucket"),
}
"""Further ones, of services that write to buckets with SSE-KMS."""

LOG_DELIVERY_GRANTEE: Final = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"
"""Canonical user of CloudFront's log delivery."""


class BucketRule(Rule):
    """Base of rules on ``aws_s3_bucket`` and the resources that refer to it."""

    severity: str  # repeated: mypy would use the type of checkov's base class
    resources: tuple[str, ...] = ("aws_s3_bucket",)

    def sub_resources(self, block: Block, kind: str) -> list[Peer]:
        """Sub-resources of one type, matched by reference or bucket name."""
        return self.peers.referencing(kind, "bucket", _names(block))

    def is_planned(self, bucket: Any) -> bool:
        """Whether the bucket that an argument names is in this configuration, or may be because it is unknown."""
        target = reference(bucket)
        return is_unknown(bucket) or any(
            bucket == peer.block.get("bucket") or target == local_address(peer.address)
            for peer in self.peers.all("aws_s3_bucket")
        )

    def policies(self, block: Block) -> list[Any]:
        """Bucket policies: of separate resources, and the one inside the bucket."""
        inline = block.get("policy")
        separate = [peer.block.get("policy") for peer in self.sub_resources(block, "aws_s3_bucket_policy")]
        return [*separate, *([inline] if inline else [])]

    def known_policies(self, block: Block) -> list[Any]:
        """Bucket policies whose statements are known.

        A reference in place of a policy, such as the ARN that makes a document unknown before apply, says nothing about
        its statements: LK_IAM_1 reports it.
        """
        return [policy for policy in self.policies(block) if isinstance(policy, Mapping)]

    def lacks(self, block: Block, kind: str) -> bool:
        """Whether the bucket certainly has no sub-resource of a type.

        It is not certain while the bucket of one is unknown: reading it makes the result undetermined.
        """
        return not self.sub_resources(block, kind) and not self.peers.is_uncertain(kind, "bucket")

    def is_log_bucket(self, block: Block, *, if_unknown: bool = True) -> bool:
        """Whether the bucket is a log target in this stack, or services write logs into it.

        A target that is not known may be the bucket: then the answer is ``if_unknown``, and the result of the rule
        undetermined.

        The policy has to allow log delivery: to a bucket tagged ``content: logs``, or to one without the tag and
        without another permission. The tag alone is not sufficient, because it would exempt any bucket from four
        rules.
        """
        if self._is_target(block, LOG_TARGETS, if_unknown=if_unknown) or self._grants_log_delivery(block):
            return True
        allowed = [
            {name for _, name in policy_documents.principals(statement)}
            for policy in self.policies(block)
            for statement in policy_documents.statements(policy)
            if statement.get("Effect") == "Allow"
        ]
        if content_type(block) == "logs":
            return any(LOG_WRITERS & names for names in allowed)
        # A bucket without the tag is one if its policy lets services write logs, and allows nothing else.
        untagged = CONTENT not in mapping(block, "tags")
        return untagged and bool(allowed) and all(names and names <= LOG_WRITERS for names in allowed)

    def receives_logs(self, block: Block) -> bool:
        """Whether the bucket is a log bucket, or the log target of any service."""
        return self.is_log_bucket(block) or self._is_target(block, OTHER_LOG_TARGETS, if_unknown=True)

    def _is_target(self, block: Block, targets: Mapping[str, tuple[str, ...]], *, if_unknown: bool) -> bool:
        names, unknown, peers = _names(block), False, self.peers
        own = local_address(self.address)
        named: list[_Target] = peers.once(str(targets), lambda: list(_targets(peers, targets)))
        for target in named:
            value, address = target.value, target.peer.address
            if (target.reference == own and peers.is_own(value, address)) or value in names:
                return True
            if target.is_unknown and peers.may_be_own(value, address):
                target.peer.block.get(target.attribute)
                unknown = True
        return unknown and if_unknown

    def _grants_log_delivery(self, block: Block) -> bool:
        """Whether the ACL lets S3 or CloudFront write logs."""
        acls = [peer.block for peer in self.sub_resources(block, "aws_s3_bucket_acl")]
        return any(acl.get("acl") == "log-delivery-write" for acl in [block, *acls]) or any(
            grantee.get("id") == LOG_DELIVERY_GRANTEE
            for acl in acls
            for grantee in nested(acl, "access_control_policy", "grant", "grantee")
        )


@dataclass(frozen=True, slots=True)
class _Target:
    """A value that names the log target of a resource."""

    peer: Peer
    attribute: str
    value: Any
    reference: str | None
    is_unknown: bool


def _targets(peers: Peers, targets: Mapping[str, tuple[str, ...]]) -> Iterator[_Target]:
    for kind, (first, *path) in targets.items():
        for peer in peers.all(kind):
            # A known target is not recorded as read: unknown settings next to it do not matter here.
            for value in _values(dict(peer.block), [first, *path]):
                yield _Target(peer, first, value, reference(value), is_unknown(value))


def content_type(block: Block) -> str:
    """Content type of a bucket; defaults to tables, the strictest case."""
    return str(mapping(block, "tags").get(CONTENT, "tables"))


def denies_everyone(statement: dict[str, Any], *, action: str) -> bool:
    """Whether a statement denies an action on the bucket's objects to all principals."""
    return (
        statement.get("Effect") == "Deny"
        and "*" in {name for _, name in policy_documents.principals(statement)}
        and bool({action, "s3:*", "*"} & set(policy_documents.items(statement, "Action")))
        and any(
            resource == "*" or resource.endswith("/*") for resource in policy_documents.items(statement, "Resource")
        )
    )


def _values(block: Block, path: list[str]) -> list[Any]:
    return [value for part in nested(block, *path[:-1]) for value in as_list(part.get(path[-1]))]


def _names(block: Block) -> set[Any]:
    name = block.get("bucket")
    return {name} if isinstance(name, str) else set()
