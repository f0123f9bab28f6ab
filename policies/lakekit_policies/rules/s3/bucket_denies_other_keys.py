from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.iam import policy_documents
from lakekit_policies.rules._shared.buckets import BucketRule, denies_everyone
from lakekit_policies.terraform.blocks import Block

ALGORITHM = "s3:x-amz-server-side-encryption"
KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"
CUSTOMER = "s3:x-amz-server-side-encryption-customer-algorithm"
PARTS = {
    "algorithm": "an upload that asks for another algorithm than aws:kms",
    "key": "an upload that names another KMS key",
    "no key": "an upload that asks for aws:kms without a key, which S3 encrypts with its own aws/s3 key",
    "customer": "an upload with a customer-provided key (SSE-C), which nobody else can ever read",
}


class BucketDeniesOtherKeys(BucketRule):
    id = "LK_S3_3"
    title = "S3 bucket policies deny uploads encrypted with another key"
    severity = "high"
    rationale = (
        "Default encryption is only a default: a request header overrides it. Data under a foreign key or SSE-C is "
        "lost to the lake, and SSE-C is how ransomware encrypts buckets in place."
    )
    remedy = "Deny s3:PutObject on the four headers that change the encryption (Zone and DataLake write all four)."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}

    def problems(self, block: Block) -> Iterable[str]:
        # Log delivery takes AES256 alone; no one has a reason to bring a key of his own there either.
        wanted = {"customer": PARTS["customer"]} if self.is_log_bucket(block) else PARTS
        policies = self.sub_resources(block, "aws_s3_bucket_policy")
        if not policies:
            yield "the bucket has no bucket policy, so any encryption header is obeyed"
        for policy in policies:
            refused = {
                part
                for statement in policy_documents.statements(policy.block.get("policy"))
                if denies_everyone(statement, action="s3:PutObject")
                for part in _refused(statement)
            }
            yield from (f"the bucket policy does not deny {why}" for part, why in wanted.items() if part not in refused)


def _refused(statement: dict[str, Any]) -> Iterator[str]:
    """Which parts a Deny refuses; any further condition would narrow it, so the keys have to match exactly."""
    tests = {(key, operator.removesuffix("IfExists")): values for operator, key, values in _tests(statement)}
    spared = {key for key, operator in tests if operator == "Null" and tests[key, operator] == ["false"]}
    match sorted(tests.items()):
        case [((key, "Null"), ["false"])] if key == CUSTOMER:
            yield "customer"
        case [((key, "StringNotEquals"), values)] if key == ALGORITHM and _all_kms(values):
            yield "algorithm"
        # "present and not ours": a request without the header gets the bucket's default, which is ours.
        case [((key, "Null"), _), ((other, "StringNotEquals"), values)] if key == other == ALGORITHM and key in spared:
            if _all_kms(values):
                yield "algorithm"
        case [((key, "StringNotEquals" | "ArnNotEquals"), values)] if key == KEY and not _open(values):
            yield "key"
            if not any(operator.endswith("IfExists") for operator, _, _ in _tests(statement)):
                yield "no key"
        case [(pair, a), (other_pair, b)] if {pair[0], other_pair[0]} == {KEY} and KEY in spared:
            if not _open([*a, *b]) and {"StringNotEquals", "ArnNotEquals"} & {pair[1], other_pair[1]}:
                yield "key"
        case [((first, "StringEquals"), _), ((second, "Null"), ["true"])] if (first, second) == (ALGORITHM, KEY):
            yield "no key"


def _tests(statement: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    return list(policy_documents.conditions(statement))


def _all_kms(values: list[str]) -> bool:
    return all(value.startswith("aws:kms") for value in values)


def _open(values: list[str]) -> bool:
    return any("*" in value for value in values)


check = BucketDeniesOtherKeys()
