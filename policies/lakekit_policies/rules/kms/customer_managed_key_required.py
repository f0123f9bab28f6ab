from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

# LK_S3_2 and LK_GLUE_3 say the same of theirs, and more.
THEIRS = ("aws_s3_bucket_server_side_encryption_configuration", "aws_glue_data_catalog_encryption_settings")


class CustomerManagedKeyRequired(Rule):
    id = "LK_KMS_4"
    title = "Encrypted resources use a customer managed key"
    severity = "high"
    rationale = (
        "A key that AWS manages (alias/aws/…) has a policy nobody can narrow, lets the whole account in and cannot be "
        "shared, revoked or audited by itself. An alias where an ARN is wanted is refused by the service, too late."
    )
    remedy = "Name a key of the lake (EncryptionKey), by its ARN or a reference."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_*",)

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type not in THEIRS and self.entity_type != "aws_kms_alias":
            yield from _named(block, "")


def _named(value: Any, at: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("policy", "assume_role_policy"):
                yield from _named(item, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item, at)
    elif isinstance(value, str) and "alias/aws/" in value and "kms" in at + value:
        yield f"{at} names {value}, which AWS manages"


check = CustomerManagedKeyRequired()
