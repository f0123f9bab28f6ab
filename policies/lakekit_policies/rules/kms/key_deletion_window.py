from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

MAX_WINDOW_DAYS = 30  # KMS allows 7 to 30 days; the default is 30


class KeyDeletionWindow(Rule):
    id = "LK_KMS_1"
    title = "KMS keys have a deletion window of 30 days"
    severity = "high"
    rationale = (
        "Deleting a key makes all data encrypted with it unreadable. During the waiting period the deletion can be "
        "cancelled."
    )
    remedy = "Set `deletion_window_in_days = 30` in staging and prod."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
    pack = "reliability"
    controls = {"nist": ["SC-12(1)", "CP-9"], "soc2": ["A1.2"]}
    resources = ("aws_kms_key", "aws_kms_replica_key")

    def problems(self, block: Block) -> Iterable[str]:
        days = block.get("deletion_window_in_days") or MAX_WINDOW_DAYS
        if stack_context.current().at_least("staging") and int(days) < MAX_WINDOW_DAYS:
            yield f"deletion_window_in_days is {days} in tier {stack_context.current().tier}, below {MAX_WINDOW_DAYS}"


check = KeyDeletionWindow()
