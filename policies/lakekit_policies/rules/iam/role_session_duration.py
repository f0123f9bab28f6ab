from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

LONGEST = 4 * 3600
"""Seconds. IAM takes one hour when nothing is said and allows twelve."""


class RoleSessionDuration(Rule):
    id = "LK_IAM_22"
    title = "Role sessions last at most four hours"
    severity = "medium"
    rationale = "Credentials that leak are good until their session ends, and no policy change ends it sooner."
    remedy = "Leave max_session_duration at its default of an hour; engines renew their credentials by themselves."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html"
    pack = "baseline"
    controls = {"nist": ["AC-12", "IA-11"], "soc2": ["CC6.1"]}
    resources = ("aws_iam_role",)

    def problems(self, block: Block) -> Iterable[str]:
        seconds = block.get("max_session_duration")
        if seconds and int(seconds) > LONGEST and stack_context.current().at_least("staging"):
            yield f"max_session_duration is {seconds} seconds, over {LONGEST}"


check = RoleSessionDuration()
