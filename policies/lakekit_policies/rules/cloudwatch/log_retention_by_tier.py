from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

# CIS AWS Foundations and PCI DSS 10.5.1 require twelve months.
MIN_RETENTION_DAYS = {"prod": 365, "staging": 90, "dev": 7, "sandbox": 1}


class LogRetentionByTier(Rule):
    id = "LK_LOG_1"
    title = "Log groups retain logs for the tier's period and expire them"
    severity = "medium"
    rationale = (
        "Logs are needed for investigations months later. Log groups without expiration accumulate cost and retain "
        "data that has to be deleted. CKV_AWS_66 checks that a retention is set."
    )
    remedy = "Leave `retention_in_days` to the tier's default (at least 365 in prod, 90 in staging)."
    reference = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"
    pack = "cost"
    controls = {"nist": ["AU-11", "SI-12"], "soc2": ["CC7.2", "C1.2"]}
    resources = ("aws_cloudwatch_log_group",)

    def problems(self, block: Block) -> Iterable[str]:
        days = block.get("retention_in_days")
        if days is None:
            return
        tier = stack_context.current().tier
        if int(days) == 0:
            yield "retention_in_days is 0; logs never expire"
        elif int(days) < MIN_RETENTION_DAYS[tier]:
            yield f"retention_in_days is {days} in tier {tier}, below {MIN_RETENTION_DAYS[tier]}"


check = LogRetentionByTier()
