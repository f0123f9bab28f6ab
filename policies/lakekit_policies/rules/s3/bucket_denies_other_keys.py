from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rules._shared.buckets import BucketRule, denies_everyone
from lakekit_policies.terraform.blocks import Block

ALGORITHM = "s3:x-amz-server-side-encryption"
KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"
CUSTOMER = "s3:x-amz-server-side-encryption-customer-algorithm"
UPLOADS = {
    "algorithm": "uploads with another algorithm than aws:kms",
    "key": "uploads with another KMS key",
    "no key": "uploads with aws:kms without a key, which S3 encrypts with aws/s3",
    "customer": "uploads with customer-provided keys (SSE-C)",
}


class BucketDeniesOtherKeys(BucketRule):
    id = "LK_S3_3"
    title = "S3 bucket policies deny uploads encrypted with another key"
    severity = "high"
    rationale = (
        "Request headers override the bucket's default encryption. Objects encrypted with a foreign key or SSE-C "
        "cannot be read by the lake, and ransomware uses SSE-C to encrypt buckets in place."
    )
    remedy = (
        "Deny `s3:PutObject` for the four headers that change the encryption (`Zone` and `DataLake` add all four "
        "statements)."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}

    def problems(self, block: Block) -> Iterable[str]:
        # Log delivery supports AES256 only; customer-provided keys are not needed there either.
        required = {"customer": UPLOADS["customer"]} if self.is_log_bucket(block) else UPLOADS
        if not self.policies(block) and self.lacks(block, "aws_s3_bucket_policy"):
            yield "the bucket has no bucket policy; any encryption header is accepted"
        for document in self.known_policies(block):
            denied = {
                kind
                for statement in policy_documents.statements(document)
                if denies_everyone(statement, action="s3:PutObject")
                for kind in _denied_uploads(statement)
            }
            yield from (
                f"the bucket policy does not deny {uploads}" for kind, uploads in required.items() if kind not in denied
            )


def _denied_uploads(statement: dict[str, Any]) -> Iterator[str]:
    """Kinds of uploads a Deny statement covers; further conditions would narrow it, so the keys must match exactly."""
    tests = {(key, operator.removesuffix("IfExists")): values for operator, key, values in _condition_tests(statement)}
    present_keys = {key for key, operator in tests if operator == "Null" and tests[key, operator] == ["false"]}
    match sorted(tests.items()):
        case [((key, "Null"), ["false"])] if key == CUSTOMER:
            yield "customer"
        case [((key, "StringNotEquals"), values)] if key == ALGORITHM and _all_kms(values):
            yield "algorithm"
        # Header present with another value: a request without the header gets the default encryption.
        case [((key, "Null"), _), ((other, "StringNotEquals"), values)] if (
            key == other == ALGORITHM and key in present_keys
        ):
            if _all_kms(values):
                yield "algorithm"
        case [((key, "StringNotEquals" | "ArnNotEquals"), values)] if key == KEY and not _has_wildcard(values):
            yield "key"
            if not any(operator.endswith("IfExists") for operator, _, _ in _condition_tests(statement)):
                yield "no key"
        case [(pair, a), (other_pair, b)] if {pair[0], other_pair[0]} == {KEY} and KEY in present_keys:
            if not _has_wildcard([*a, *b]) and {"StringNotEquals", "ArnNotEquals"} & {pair[1], other_pair[1]}:
                yield "key"
        case [((first, "StringEquals"), _), ((second, "Null"), ["true"])] if (first, second) == (ALGORITHM, KEY):
            yield "no key"


def _condition_tests(statement: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return list(policy_documents.conditions(statement))


def _all_kms(values: list[str]) -> bool:
    return all(value.startswith("aws:kms") for value in values)


def _has_wildcard(values: list[str]) -> bool:
    return any("*" in value for value in values)


check = BucketDeniesOtherKeys()
