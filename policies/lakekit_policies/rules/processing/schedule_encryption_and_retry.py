from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested

DEFAULT_EVENT_AGE_SECONDS = 86_400
MAX_EVENT_AGE_SECONDS = 6 * 3600


class ScheduleEncryptionAndRetry(Rule):
    id = "LK_SCHED_1"
    title = "Schedules use a customer managed key, a group and a retry limit"
    severity = "medium"
    rationale = (
        "The input of a schedule contains the request of a job. With the default retry window of a day, a missed "
        "nightly job can start at noon."
    )
    remedy = "Set `kms_key_arn`, `group_name` and a `retry_policy` of at most six hours."
    reference = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_scheduler_schedule", "aws_scheduler_schedule_group")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_scheduler_schedule_group":
            if not block.get("name"):
                yield "name is not set; alarms cannot refer to the group"
            return
        problem = key_problem(block.get("kms_key_arn"), "the schedule")
        if problem:
            yield problem
        if block.get("group_name") in (None, "", "default"):
            yield "group_name is not set or default"
        for retry in nested(block, "target", "retry_policy") or [{}]:
            seconds = int(retry.get("maximum_event_age_in_seconds") or DEFAULT_EVENT_AGE_SECONDS)
            if seconds > MAX_EVENT_AGE_SECONDS:
                yield f"maximum_event_age_in_seconds is {seconds}; at most {MAX_EVENT_AGE_SECONDS} are allowed"


check = ScheduleEncryptionAndRetry()
