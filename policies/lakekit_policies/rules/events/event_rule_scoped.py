from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.rule import Rule
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class EventRuleScoped(Rule):
    id = "LK_EVB_1"
    title = "EventBridge rules match a source and account and target this account"
    severity = "medium"
    rationale = (
        "A pattern without a source matches events from any publisher on the bus; a pattern without an account "
        "matches events forwarded by other accounts; a target in another account discloses events."
    )
    remedy = 'Set "source" and "account" in `event_pattern`, and use a target in this account.'
    reference = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7"], "soc2": ["CC6.6"]}
    resources = ("aws_cloudwatch_event_rule", "aws_cloudwatch_event_target")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "aws_cloudwatch_event_target":
            yield from _external_target(str(block.get("arn", "")))
            return
        pattern = _pattern(block.get("event_pattern"))
        if pattern is None:
            if not block.get("schedule_expression"):
                yield "neither event_pattern nor schedule_expression is set"
            return
        yield from (f"event_pattern has no {key}" for key in ("source", "account") if not pattern.get(key))


def _external_target(arn: str) -> Iterable[str]:
    account_id = stack_context.current().account_id
    parts = arn.split(":")
    if account_id and len(parts) > 5 and parts[0] == "arn" and parts[4] not in (account_id, ""):
        yield f"the target {arn} is not in account {account_id}"


def _pattern(value: Any) -> dict[str, Any] | None:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = read_json_text(value)
    return value if isinstance(value, dict) else None


check = EventRuleScoped()
