from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import as_number, display
from lakekit_policies.shared.tier_limits import MAX_MONITOR_CREDITS
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list


class ResourceMonitorLimits(Rule):
    id = "LK_SF_9"
    title = "Resource monitors have a quota, notify before it and suspend at it"
    severity = "high"
    rationale = "A resource monitor without a suspend trigger only sends notifications."
    remedy = (
        "Set `credit_quota` (at most 500 in sandbox, 1,000 in dev, 2,000 in staging, 10,000 in prod), "
        "`notify_triggers` below 100, `suspend_trigger` of at most 100 and `suspend_immediate_trigger` of at most "
        "120."
    )
    reference = "https://docs.snowflake.com/en/user-guide/resource-monitors"
    pack = "cost"
    controls = {"nist": ["SC-6", "AU-5"], "soc2": ["A1.1"]}
    resources = ("snowflake_resource_monitor",)

    def problems(self, block: Block) -> Iterable[str]:
        quota, tier = as_number(block.get("credit_quota")) or 0, stack_context.current().tier
        if quota < 1:
            yield "credit_quota is not set"
        elif quota > MAX_MONITOR_CREDITS[tier]:
            limit = MAX_MONITOR_CREDITS[tier]
            yield f"credit_quota is {display(block.get('credit_quota'))}; tier {tier} allows at most {limit}"
        for name, maximum in (("suspend_trigger", 100), ("suspend_immediate_trigger", 120)):
            threshold = as_number(block.get(name))
            if threshold is None or threshold > maximum:
                yield f"{name} is {display(block.get(name))}; at most {maximum} is allowed"
        if not any((as_number(trigger) or 0) < 100 for trigger in as_list(block.get("notify_triggers"))):
            yield "notify_triggers has no value below 100"
        if str(block.get("frequency", "MONTHLY")).upper() == "NEVER":
            yield "frequency is NEVER; the quota never resets"


check = ResourceMonitorLimits()
