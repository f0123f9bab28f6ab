from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.event_selectors import EXCEPT, fields_of, hidden_events, values
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested

MINIMUM_DAYS: Final = 365


class EventDataStoreProtected(Rule):
    id = "LK_TRAIL_2"
    title = "Event data stores cover every region and principal and are protected from deletion"
    severity = "high"
    rationale = (
        "An event data store without termination protection is deleted by one call. "
        "A selector that excludes a principal hides what it does."
    )
    remedy = "Leave `termination_protection_enabled` and `multi_region_enabled` on; exclude no principals or events."
    reference = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-event-data-store.html"
    pack = "baseline"
    controls = {"nist": ["AU-9", "AU-11"], "soc2": ["CC7.2"]}
    resources = ("aws_cloudtrail_event_data_store",)

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("termination_protection_enabled", "multi_region_enabled"):
            if block.get(name) is False:
                yield f"{name} is false"
        for selector in nested(block, "advanced_event_selector"):
            fields = fields_of(selector)
            yield from hidden_events(fields)
            for name in ("eventSource", "eventName", "resources.ARN"):
                if excluded := values(fields, name, EXCEPT):
                    yield f"events with {name} {', '.join(excluded)} are excluded"
        if problem := key_problem(block.get("kms_key_id"), "the event data store"):
            yield problem
        days = block.get("retention_period")
        if isinstance(days, int) and days < MINIMUM_DAYS:
            yield f"retention_period is {days} days, not {MINIMUM_DAYS} or more"


check = EventDataStoreProtected()
