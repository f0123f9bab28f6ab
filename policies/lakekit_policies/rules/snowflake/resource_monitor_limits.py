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
    rationale = "A monitor without a suspend trigger writes mails while the credits go."
    remedy = (
        "Set credit_quota (at most 500 in a sandbox, 1,000 in dev, 2,000 in staging, 10,000 in prod), notify_triggers "
        "below 100, suspend_trigger at most 100 and suspend_immediate_trigger at most 120."
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
            yield f"credit_quota is {display(block.get('credit_quota'))}, above {limit} in tier {tier}"
        for name, most in (("suspend_trigger", 100), ("suspend_immediate_trigger", 120)):
            at = as_number(block.get(name))
            if at is None or at > most:
                yield f"{name} is {display(block.get(name))}; at most {most} is allowed"
        if not any((as_number(one) or 0) < 100 for one in as_list(block.get("notify_triggers"))):
            yield "no notify_triggers below 100: nobody hears of it in time"
        if str(block.get("frequency", "MONTHLY")).upper() == "NEVER":
            yield "frequency NEVER: once the quota is used, everything stands until somebody raises it"


check = ResourceMonitorLimits()
