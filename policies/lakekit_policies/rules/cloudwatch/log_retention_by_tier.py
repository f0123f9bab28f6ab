from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

# A year in prod: CIS AWS Foundations and PCI DSS 10.5.1 ask for twelve months.
FEWEST = {"prod": 365, "staging": 90, "dev": 7, "sandbox": 1}


class LogRetentionByTier(Rule):
    id = "LK_LOG_1"
    title = "Log groups retain logs for the tier's period and expire them"
    severity = "medium"
    rationale = (
        "What happened is asked months later. A group without an end is paid for ever, and holds what should be "
        "forgotten. That a number is stated is CKV_AWS_66's matter."
    )
    remedy = "Leave retention_in_days to the tier (365 in prod, 90 in staging at least)."
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
            yield "retention_in_days is 0: the log is kept, and paid, for ever"
        elif int(days) < FEWEST[tier]:
            yield f"retention_in_days is {days} in tier {tier}, below {FEWEST[tier]}"


check = LogRetentionByTier()
