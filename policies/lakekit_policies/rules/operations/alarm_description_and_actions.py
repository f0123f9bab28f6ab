from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class AlarmDescriptionAndActions(Rule):
    id = "LK_OPS_1"
    title = "Alarms have a description and notify a topic of ALARM and OK"
    severity = "low"
    rationale = (
        "Without a description, the notification contains only a name and a number. Without `ok_actions`, recovery "
        "is not reported and incidents stay open."
    )
    remedy = "Set `alarm_description`, `alarm_actions` and `ok_actions` (`Alarm` does)."
    reference = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html"
    pack = "reliability"
    controls = {"nist": ["SI-4", "IR-4"], "soc2": ["CC7.2", "CC7.3"]}
    resources = ("aws_cloudwatch_metric_alarm",)

    def problems(self, block: Block) -> Iterable[str]:
        if len(str(block.get("alarm_description") or "")) < 20:
            yield "alarm_description has fewer than 20 characters"
        yield from (f"{kind} is not set" for kind in ("alarm_actions", "ok_actions") if not as_list(block.get(kind)))


check = AlarmDescriptionAndActions()
