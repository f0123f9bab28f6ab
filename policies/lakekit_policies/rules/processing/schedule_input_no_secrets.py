from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.secrets.find import find_in_document
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.blocks import Block, nested


class ScheduleInputNoSecrets(Rule):
    id = "LK_SCHED_2"
    title = "Input of schedules contains no secrets"
    severity = "critical"
    rationale = "The input is stored in the state and shown in the console and in the history of the started job."
    remedy = "Store the secret in Secrets Manager and pass its ARN."
    reference = "https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html"
    pack = "baseline"
    controls = {"nist": ["IA-5(7)"], "soc2": ["CC6.1"]}
    resources = ("aws_scheduler_schedule",)

    def problems(self, block: Block) -> Iterable[str]:
        for target in nested(block, "target"):
            text = target.get("input")
            if not isinstance(text, str) or not text.strip().startswith(("{", "[")):
                continue
            try:
                request = read_json_text(text)
            except ValueError:
                yield "the input is not JSON"
                continue
            yield from dict.fromkeys(find_in_document(request, "input"))


check = ScheduleInputNoSecrets()
