from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class InventoryEncryptedSameAccount(Rule):
    id = "LK_S3_10"
    title = "S3 inventories are encrypted and stay in the account"
    severity = "medium"
    rationale = "An inventory lists every object name and owner of the lake: a map for whoever wants to steal it."
    remedy = "Set destination.bucket.encryption and destination.bucket.account_id to the lake's own account."
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/configure-inventory.html"
    pack = "lakehouse"
    controls = {"nist": ["CM-8", "SC-28(1)", "AC-4"], "soc2": ["CC6.1"]}
    resources = ("aws_s3_bucket_inventory",)

    def problems(self, block: Block) -> Iterable[str]:
        for destination in nested(block, "destination", "bucket"):
            if not nested(destination, "encryption", "sse_kms") and not nested(destination, "encryption", "sse_s3"):
                yield "reports are written without stated encryption"
            if not destination.get("account_id"):
                yield "the destination names no account_id, so S3 does not check whose bucket it writes to"


check = InventoryEncryptedSameAccount()
