from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested

DEFAULT = 86_400  # seconds, when nothing is said
LONGEST = 6 * 3600


class ScheduleEncryptionAndRetry(Rule):
    id = "LK_SCHED_1"
    title = "Schedules use a customer managed key, a group and a retry limit"
    severity = "medium"
    rationale = (
        "A schedule's input holds a job's whole request. A start that is tried for a day (the default) makes "
        "last night's job run at noon."
    )
    remedy = "Set kms_key_arn, group_name and a retry policy of some hours at most."
    reference = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_scheduler_schedule", "aws_scheduler_schedule_group")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_scheduler_schedule_group":
            if not block.get("name"):
                yield "the group has no name of ours, so no alarm can name it"
            return
        problem = key_problem(block.get("kms_key_arn"), "the schedule")
        if problem:
            yield problem
        if block.get("group_name") in (None, "", "default"):
            yield "the schedule is in the default group"
        for retry in nested(block, "target", "retry_policy") or [{}]:
            seconds = int(retry.get("maximum_event_age_in_seconds") or DEFAULT)
            if seconds > LONGEST:
                yield f"a missed start is tried for {seconds} seconds, above {LONGEST}"


check = ScheduleEncryptionAndRetry()
