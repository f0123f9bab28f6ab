from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class EventsSentToLogs(Rule):
    id = "LK_TRAIL_3"
    title = "Trails send events to CloudWatch Logs"
    severity = "medium"
    rationale = "Metric filters and alarms evaluate events in a log group, not files in a bucket."
    remedy = "Set `cloud_watch_logs_group_arn` and `cloud_watch_logs_role_arn`."
    reference = (
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html"
    )
    pack = "baseline"
    controls = {"nist": ["AU-6", "SI-4"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudtrail",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("cloud_watch_logs_group_arn") in (None, ""):
            yield "cloud_watch_logs_group_arn is not set"


check = EventsSentToLogs()
