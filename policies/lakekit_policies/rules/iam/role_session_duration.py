from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

MAX_SECONDS = 4 * 3600
"""The IAM default is one hour, the maximum twelve."""


class RoleSessionDuration(Rule):
    id = "LK_IAM_22"
    title = "Role sessions last at most four hours"
    severity = "medium"
    rationale = "Leaked session credentials remain valid until the session expires."
    remedy = "Leave `max_session_duration` at its default of one hour. Engines renew their credentials automatically."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html"
    pack = "baseline"
    controls = {"nist": ["AC-12", "IA-11"], "soc2": ["CC6.1"]}
    resources = ("aws_iam_role",)

    def problems(self, block: Block) -> Iterable[str]:
        seconds = block.get("max_session_duration")
        if seconds and int(seconds) > MAX_SECONDS and stack_context.current().at_least("staging"):
            yield f"max_session_duration is {seconds} seconds; at most {MAX_SECONDS} are allowed"


check = RoleSessionDuration()
