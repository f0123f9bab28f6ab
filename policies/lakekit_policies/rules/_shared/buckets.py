"""A bucket and its sub-resources, which Terraform keeps as resources of their own."""

from __future__ import annotations

from typing import Any, Final

from lakekit_policies.iam import policy_documents
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, Peer, mapping

CONTENT: Final = "content"
"""Bucket tag that says what is kept: ``tables`` (also when absent), ``files``, ``code``, ``scratch`` or ``logs``."""


DELIVERY: Final = "logging.s3.amazonaws.com"
"""The service that writes S3 access logs."""


class BucketRule(Rule):
    """A rule over ``aws_s3_bucket`` together with what points to it."""

    severity: str  # again, so that mypy does not look as far as checkov's base class
    resources = ("aws_s3_bucket",)

    def sub_resources(self, block: Block, kind: str) -> list[Peer]:
        """The bucket's sub-resources of one type, found by reference or by the bucket's name."""
        return self.peers.referencing(kind, "bucket", _names(block))

    def is_log_bucket(self, block: Block) -> bool:
        """The target of another bucket's access logs here, or tagged ``content: logs`` and open to log delivery.

        The tag alone is no proof: it would let any bucket out of four rules.
        """
        if self.peers.referencing("aws_s3_bucket_logging", "target_bucket", _names(block)):
            return True
        return content_type(block) == "logs" and any(
            DELIVERY in {name for _, name in policy_documents.principals(statement)}
            for policy in self.sub_resources(block, "aws_s3_bucket_policy")
            for statement in policy_documents.statements(policy.block.get("policy"))
        )


def content_type(block: Block) -> str:
    """What a bucket says it keeps; a bucket that says nothing keeps tables, the strictest case."""
    return str(mapping(block, "tags").get(CONTENT, "tables"))


def denies_everyone(statement: dict[str, Any], *, action: str) -> bool:
    """Whether a statement denies an action to every principal on the objects of the bucket."""
    return (
        statement.get("Effect") == "Deny"
        and "*" in {name for _, name in policy_documents.principals(statement)}
        and bool({action, "s3:*", "*"} & set(policy_documents.items(statement, "Action")))
        and any(
            resource == "*" or resource.endswith("/*") for resource in policy_documents.items(statement, "Resource")
        )
    )


def _names(block: Block) -> set[Any]:
    name = block.get("bucket")
    return {name} if isinstance(name, str) else set()
