from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class InventoryEncryptedSameAccount(Rule):
    id = "LK_S3_10"
    title = "S3 inventories are encrypted and stay in the account"
    severity = "medium"
    rationale = "An inventory lists the name and owner of every object in the lake."
    remedy = "Set `destination.bucket.encryption`, and `destination.bucket.account_id` to the lake's account."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "SC-28(1)", "AC-4"], "soc2": ["CC6.1"]}
    resources = ("aws_s3_bucket_inventory",)

    def problems(self, block: Block) -> Iterable[str]:
        for destination in nested(block, "destination", "bucket"):
            if not nested(destination, "encryption", "sse_kms") and not nested(destination, "encryption", "sse_s3"):
                yield "inventory reports are not encrypted with SSE-KMS or SSE-S3"
            if not destination.get("account_id"):
                yield "destination account_id is not set; S3 does not verify the owner of the destination bucket"


check = InventoryEncryptedSameAccount()
