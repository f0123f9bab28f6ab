from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

DAY = 86_400
# CloudWatch: 10, 20, 30 seconds or a multiple of 60; a week of evaluation at most.
SHORT = (10, 20, 30)
# A namespace of AWS that does not say so.
OF_AWS = ("Glue",)
# Metrics of the account as a whole.
WITHOUT_DIMENSIONS = ("AWS/Billing", "AWS/Usage", "AWS/TrustedAdvisor")


class AlarmDimensionsAndPeriod(Rule):
    id = "LK_ALARM_1"
    title = "CloudWatch alarms state dimensions and a valid period"
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
        queries = nested(block, "metric_query")
        watched = [metric for query in queries for metric in nested(query, "metric")] if queries else [block]
        for metric in watched:
            yield from _silent(metric)
        if queries:
            yield from _unanswered(queries)
        count = int(block.get("evaluation_periods") or 0)
        longest = max((int(metric.get("period") or 0) for metric in watched), default=0)
        if count < 1:
            yield "evaluation_periods is not set"
        elif longest * count > 7 * DAY:
            yield f"{count} periods of {longest} seconds are more than the week CloudWatch looks back"


def _silent(metric: Block) -> Iterable[str]:
    namespace = str(metric.get("namespace", ""))
    of_aws = namespace.startswith("AWS/") or namespace in OF_AWS
    if of_aws and namespace not in WITHOUT_DIMENSIONS and not metric.get("dimensions"):
        yield f"{namespace} {metric.get('metric_name')} has no dimensions: no such metric is written"
    period = int(metric.get("period") or 0)
    if period not in SHORT and (period < 60 or period % 60):
        yield f"period is {period or 'not set'}; 10, 20, 30 or a multiple of 60 seconds"


def _unanswered(queries: list[Block]) -> Iterable[str]:
    """CloudWatch compares the one result that is returned, which each of the others helps to compute."""
    answers = [query for query in queries if query.get("return_data") is True]
    if len(answers) != 1:
        yield f"{len(answers)} of its queries return data; an alarm compares one"
    for query in queries:
        if not query.get("expression") and not nested(query, "metric"):
            yield f"query {query.get('id')} has neither a metric nor an expression"


check = AlarmDimensionsAndPeriod()
