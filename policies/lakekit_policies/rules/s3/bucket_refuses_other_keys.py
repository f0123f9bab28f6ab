from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies import documents
from lakekit_policies.blocks import Block
from lakekit_policies.rules._shared.buckets import BucketRule, denies_everyone

ALGORITHM = "s3:x-amz-server-side-encryption"
KEY = "s3:x-amz-server-side-encryption-aws-kms-key-id"
CUSTOMER = "s3:x-amz-server-side-encryption-customer-algorithm"
PARTS = {
    "algorithm": "an upload that asks for another algorithm than aws:kms",
    "key": "an upload that names another KMS key",
    "no key": "an upload that asks for aws:kms without a key, which S3 encrypts with its own aws/s3 key",
    "customer": "an upload with a customer-provided key (SSE-C), which nobody else can ever read",
}


class BucketRefusesOtherKeys(BucketRule):
    id = "LK_S3_3"
    title = "Buckets refuse uploads under any key but theirs"
    severity = "high"
    rationale = (
        "Default encryption is only a default: a request header overrides it. Data under a foreign key or SSE-C is "
        "lost to the lake, and SSE-C is how ransomware encrypts buckets in place."
    )
    remedy = "Deny s3:PutObject on the four headers that change the encryption (Zone and DataLake write all four)."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html"

    def problems(self, block: Block) -> Iterable[str]:
        if self.is_log_bucket(block):
            return
        policies = self.parts(block, "aws_s3_bucket_policy")
        if not policies:
            yield "the bucket has no bucket policy, so any encryption header is obeyed"
        for policy in policies:
            refused = {
                part
                for statement in documents.statements(policy.block.get("policy"))
                if denies_everyone(statement, action="s3:PutObject")
                for part in _refused(statement)
            }
            yield from (f"the bucket policy does not deny {why}" for part, why in PARTS.items() if part not in refused)


def _refused(statement: dict[str, Any]) -> Iterator[str]:
    """Which parts a Deny refuses; any further condition would narrow it, so the keys have to match exactly."""
    found = {key: (operator, values) for operator, key, values in documents.conditions(statement)}
    operators = {key: operator.removesuffix("IfExists") for key, (operator, _) in found.items()}
    values = {key: value for key, (_, value) in found.items()}
    if operators == {CUSTOMER: "Null"} and values[CUSTOMER] == ["false"]:
        yield "customer"
    elif operators == {ALGORITHM: "StringNotEquals"} and all(v.startswith("aws:kms") for v in values[ALGORITHM]):
        yield "algorithm"
    elif operators in ({KEY: "StringNotEquals"}, {KEY: "ArnNotEquals"}) and not any("*" in v for v in values[KEY]):
        yield "key"
        if not found[KEY][0].endswith("IfExists"):
            yield "no key"
    elif operators == {ALGORITHM: "StringEquals", KEY: "Null"} and values[KEY] == ["true"]:
        yield "no key"


check = BucketRefusesOtherKeys()
