from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.blocks import Block, nested
from lakekit_policies.rule import Rule

DAY = 86_400
# CloudWatch: 10, 20, 30 seconds or a multiple of 60; a week of evaluation at most.
SHORT = (10, 20, 30)
# A namespace of AWS that does not say so.
OF_AWS = ("Glue",)
# Metrics of the account as a whole.
WITHOUT_DIMENSIONS = ("AWS/Billing", "AWS/Usage", "AWS/TrustedAdvisor")


class AlarmWatchesSomething(Rule):
    id = "LK_ALARM_1"
    title = "Alarms watch one thing, over a time that CloudWatch knows"
    severity = "medium"
    rationale = (
        "An alarm on a metric without dimensions watches a metric that nobody writes: it stays quiet whatever "
        "happens. With a period CloudWatch does not keep it never has data."
    )
    remedy = "Name the dimensions; a period of 60 seconds or a multiple, and how many of them count."
    reference = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
    pack = "reliability"
    controls = {"nist": ["SI-4", "AU-6"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudwatch_metric_alarm",)

    def problems(self, block: Block) -> Iterable[str]:
        if nested(block, "metric_query"):
            return
        namespace = str(block.get("namespace", ""))
        of_aws = namespace.startswith("AWS/") or namespace in OF_AWS
        if of_aws and namespace not in WITHOUT_DIMENSIONS and not block.get("dimensions"):
            yield f"{namespace} {block.get('metric_name')} has no dimensions: no such metric is written"
        period, count = int(block.get("period") or 0), int(block.get("evaluation_periods") or 0)
        if period not in SHORT and (period < 60 or period % 60):
            yield f"period is {period or 'not set'}; 10, 20, 30 or a multiple of 60 seconds"
        if count < 1:
            yield "evaluation_periods is not set"
        elif period * count > 7 * DAY:
            yield f"{count} periods of {period} seconds are more than the week CloudWatch looks back"


check = AlarmWatchesSomething()
