from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.engine import unknown_tracking
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

# Types that LK_S3_2 and LK_GLUE_3 check in more detail.
EXCLUDED_TYPES = ("aws_s3_bucket_server_side_encryption_configuration", "aws_glue_data_catalog_encryption_settings")


class CustomerManagedKeyRequired(Rule):
    id = "LK_KMS_4"
    title = "Encrypted resources use a customer managed key"
    severity = "high"
    rationale = (
        "The policy of an AWS managed key (`alias/aws/…`) cannot be restricted, allows the whole account, and the "
        "key cannot be shared or revoked. Services that require an ARN reject an alias at apply time."
    )
    remedy = "Set a customer managed key (`EncryptionKey`) by ARN or reference."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_*",)

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type not in EXCLUDED_TYPES and self.entity_type != "aws_kms_alias":
            yield from _aws_managed_keys(block, "")
            unknown_tracking.read_open_blocks(block, "kms")


def _aws_managed_keys(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("policy", "assume_role_policy"):
                yield from _aws_managed_keys(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from _aws_managed_keys(item, path)
    elif isinstance(value, str) and "alias/aws/" in value and "kms" in path + value:
        yield f"{path} uses {value}, an AWS managed key"


check = CustomerManagedKeyRequired()
