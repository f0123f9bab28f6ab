from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

LONGEST = 30  # days; KMS allows 7 to 30 and takes 30 when nothing is said


class KeyDeletionWindow(Rule):
    id = "LK_KMS_1"
    title = "KMS keys have a deletion window of 30 days"
    severity = "high"
    rationale = "A deleted key makes all data under it unreadable for ever: the wait is the only way back."
    remedy = "Set deletion_window_in_days to 30 in staging and prod."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"
    pack = "reliability"
    controls = {"nist": ["SC-12(1)", "CP-9"], "soc2": ["A1.2"]}
    resources = ("aws_kms_key", "aws_kms_replica_key")

    def problems(self, block: Block) -> Iterable[str]:
        days = block.get("deletion_window_in_days") or LONGEST
        if stack_context.current().at_least("staging") and int(days) < LONGEST:
            yield f"deletion_window_in_days is {days} in tier {stack_context.current().tier}, below {LONGEST}"


check = KeyDeletionWindow()
