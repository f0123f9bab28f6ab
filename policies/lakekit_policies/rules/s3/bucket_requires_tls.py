from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rules._shared.buckets import BucketRule, denies_everyone
from lakekit_policies.terraform.blocks import Block

ALLOWED_TLS_VERSIONS = ("1.2", "1.3")


class BucketRequiresTls(BucketRule):
    id = "LK_S3_1"
    title = "S3 bucket policies deny plain HTTP and TLS below 1.2"
    severity = "high"
    rationale = "Without Deny statements in the bucket policy, S3 accepts requests over HTTP and TLS 1.0."
    remedy = (
        "Deny `s3:*` to all principals on the bucket and its objects when `aws:SecureTransport` is false, and when "
        "`s3:TlsVersion` is below 1.2."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)", "SC-13"], "cis": ["2.1.1"], "soc2": ["CC6.7"]}

    resources = ("aws_s3_bucket", "aws_s3_bucket_policy")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_s3_bucket_policy":
            # The policy of a bucket in this configuration is evaluated with the bucket.
            if not self.is_planned(block.get("bucket")) and isinstance(block.get("policy"), dict):
                yield from _problems(block["policy"])
            return
        if not self.policies(block) and self.lacks(block, "aws_s3_bucket_policy"):
            yield "the bucket has no bucket policy that denies plain HTTP"
        for document in self.known_policies(block):
            yield from _problems(document)


def _problems(document: Any) -> Iterator[str]:
    denials = [
        list(policy_documents.conditions(statement))
        for statement in policy_documents.statements(document)
        if denies_everyone(statement, action="s3:*") and _covers_bucket(statement)
    ]
    if not any(_is_plain_http(conditions) for conditions in denials):
        yield "no statement denies all requests when aws:SecureTransport is false"
    if not any(_is_old_tls(conditions) for conditions in denials):
        yield "no statement denies all requests when s3:TlsVersion is below 1.2"


def _covers_bucket(statement: dict[str, object]) -> bool:
    return any(arn == "*" or not arn.endswith("/*") for arn in policy_documents.items(statement, "Resource"))


def _is_plain_http(conditions: list[tuple[str, str, list[str]]]) -> bool:
    return [(key, values) for _, key, values in conditions] == [("aws:securetransport", ["false"])] and all(
        operator in ("Bool", "BoolIfExists") for operator, _, _ in conditions
    )


def _is_old_tls(conditions: list[tuple[str, str, list[str]]]) -> bool:
    return any(
        len(conditions) == 1
        and operator.startswith("NumericLessThan")
        and key == "s3:tlsversion"
        and values[0] in ALLOWED_TLS_VERSIONS
        for operator, key, values in conditions
    )


check = BucketRequiresTls()
