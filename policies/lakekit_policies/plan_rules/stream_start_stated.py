from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import value_at
from lakekit_policies.terraform.plan_file import PlanFile

_SOURCE = "msk_source_configuration"


class StreamStartStated(PlanRule):
    id = "LK_PLAN_12"
    title = "Plans create Firehose streams from Kafka with a stated start position"
    severity = "medium"
    rationale = (
        "Without `read_from_timestamp`, a stream starts with the records that are produced after it became active. "
        "Earlier ones are skipped, again at every replacement, and nothing reports it."
    )
    remedy = (
        "Set `read_from_timestamp`: `1970-01-01T00:00:00Z` for the earliest record, or the last delivered one for a "
        "stream that replaces another. A change of it replaces an existing stream."
    )
    reference = "https://docs.aws.amazon.com/firehose/latest/APIReference/API_MSKSourceConfiguration.html"
    pack = "plan"
    controls = {"nist": ["CM-3", "SI-12"], "soc2": ["CC8.1", "PI1.2"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        if stack_context.current().tier == "sandbox":
            return
        for change in plan.changes():
            if change.type != "aws_kinesis_firehose_delivery_stream" or "create" not in change.actions:
                continue
            topic = value_at(change.after, f"{_SOURCE}.topic_name")
            unknown = value_at(change.after_unknown, f"{_SOURCE}.read_from_timestamp") is True
            if topic and not unknown and not value_at(change.after, f"{_SOURCE}.read_from_timestamp"):
                yield Problem(
                    change.address, f"records of {topic} that are produced before it becomes active are not delivered"
                )


check = StreamStartStated()
