from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

MAXIMUM_DAYS: Final = 90
RATE: Final = re.compile(r"rate\((\d+) (hours?|days?)\)")


class RotationWithin90Days(Rule):
    id = "LK_SECRETS_2"
    title = "Secrets rotate within 90 days"
    severity = "medium"
    rationale = "A stolen secret stays valid until the next rotation."
    remedy = "Set `rotation_rules` to 90 days or less."
    reference = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_schedule.html"
    pack = "baseline"
    controls = {"nist": ["IA-5", "IA-5(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_secretsmanager_secret_rotation",)

    def problems(self, block: Block) -> Iterable[str]:
        for rules in nested(block, "rotation_rules") or [{}]:
            days, schedule = rules.get("automatically_after_days"), str(rules.get("schedule_expression") or "")
            rate = RATE.fullmatch(schedule)
            if rate:
                days = int(rate[1]) / (24 if rate[2].startswith("hour") else 1)
            if days is None and not schedule:
                yield "rotation_rules has no interval"
            elif isinstance(days, int | float) and days > MAXIMUM_DAYS:
                yield f"the secret rotates every {days:g} days, not {MAXIMUM_DAYS} or less"


check = RotationWithin90Days()
