"""A bucket and its sub-resources, which Terraform keeps as resources of their own."""

from __future__ import annotations

from typing import Any, Final

from lakekit_policies import documents
from lakekit_policies.blocks import Block, Peer, mapping
from lakekit_policies.rule import Rule

CONTENT: Final = "content"
"""Bucket tag that says what is kept: ``tables`` (also when absent), ``files``, ``code``, ``scratch`` or ``logs``."""


DELIVERY: Final = "logging.s3.amazonaws.com"
"""The service that writes S3 access logs."""


class BucketRule(Rule):
    """A rule over ``aws_s3_bucket`` together with what points to it."""

    severity: str  # again, so that mypy does not look as far as checkov's base class
    resources = ("aws_s3_bucket",)

    def parts(self, block: Block, kind: str) -> list[Peer]:
        """The bucket's sub-resources of one type, found by reference or by the bucket's name."""
        return self.peers.pointing_here(kind, "bucket", _names(block))

    def is_log_bucket(self, block: Block) -> bool:
        """The target of another bucket's access logs here, or tagged ``content: logs`` and open to log delivery.

        The tag alone is no proof: it would let any bucket out of four rules.
        """
        if self.peers.pointing_here("aws_s3_bucket_logging", "target_bucket", _names(block)):
            return True
        return content(block) == "logs" and any(
            DELIVERY in {name for _, name in documents.principals(statement)}
            for policy in self.parts(block, "aws_s3_bucket_policy")
            for statement in documents.statements(policy.block.get("policy"))
        )


def content(block: Block) -> str:
    """What a bucket says it keeps; a bucket that says nothing keeps tables, the strictest case."""
    return str(mapping(block, "tags").get(CONTENT, "tables"))


def denies_everyone(statement: dict[str, Any], *, action: str) -> bool:
    """Whether a statement denies an action to every principal on the objects of the bucket."""
    return (
        statement.get("Effect") == "Deny"
        and "*" in {name for _, name in documents.principals(statement)}
        and bool({action, "s3:*", "*"} & set(documents.items(statement, "Action")))
        and any(resource == "*" or resource.endswith("/*") for resource in documents.items(statement, "Resource"))
    )


def _names(block: Block) -> set[Any]:
    name = block.get("bucket")
    return {name} if isinstance(name, str) else set()
