from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

SECONDS_PER_DAY = 86_400
# CloudWatch supports 10, 20, 30 seconds or a multiple of 60, and an evaluation range of at most a week.
HIGH_RESOLUTION_PERIODS = (10, 20, 30)
# Namespaces of AWS services without the prefix AWS/.
OTHER_AWS_NAMESPACES = ("Glue",)
# Account-level metrics.
ACCOUNT_NAMESPACES = ("AWS/Billing", "AWS/Usage", "AWS/TrustedAdvisor")


class AlarmDimensionsAndPeriod(Rule):
    id = "LK_ALARM_1"
    title = "CloudWatch alarms state dimensions and a valid period"
    severity = "medium"
    rationale = (
        "An alarm on a metric without dimensions, or with a period that CloudWatch does not support, has no data and "
        "never fires."
    )
    remedy = "Set the dimensions, a period of 10, 20, 30 or a multiple of 60 seconds, and `evaluation_periods`."
    reference = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html"
    pack = "reliability"
    controls = {"nist": ["SI-4", "AU-6"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudwatch_metric_alarm",)

    def problems(self, block: Block) -> Iterable[str]:
        queries = nested(block, "metric_query")
        metrics = [metric for query in queries for metric in nested(query, "metric")] if queries else [block]
        for metric in metrics:
            yield from _invalid_metric(metric)
        if queries:
            yield from _invalid_queries(queries)
        count = int(block.get("evaluation_periods") or 0)
        longest = max((int(metric.get("period") or 0) for metric in metrics), default=0)
        if count < 1:
            yield "evaluation_periods is not set"
        elif longest * count > 7 * SECONDS_PER_DAY:
            yield f"{count} periods of {longest} seconds exceed the maximum evaluation range of a week"


def _invalid_metric(metric: Block) -> Iterable[str]:
    namespace = str(metric.get("namespace", ""))
    is_aws_metric = namespace.startswith("AWS/") or namespace in OTHER_AWS_NAMESPACES
    if is_aws_metric and namespace not in ACCOUNT_NAMESPACES and not metric.get("dimensions"):
        yield f"{namespace} {metric.get('metric_name')} has no dimensions; no such metric exists"
    period = int(metric.get("period") or 0)
    if period not in HIGH_RESOLUTION_PERIODS and (period < 60 or period % 60):
        yield f"period is {period or 'not set'}; allowed are 10, 20, 30 or a multiple of 60 seconds"


def _invalid_queries(queries: list[Block]) -> Iterable[str]:
    """Exactly one query may return data; the others are inputs of its expression."""
    returned = [query for query in queries if query.get("return_data") is True]
    if len(returned) != 1:
        yield f"{len(returned)} queries return data; exactly one is allowed"
    for query in queries:
        if not query.get("expression") and not nested(query, "metric"):
            yield f"query {query.get('id')} has neither a metric nor an expression"


check = AlarmDimensionsAndPeriod()
