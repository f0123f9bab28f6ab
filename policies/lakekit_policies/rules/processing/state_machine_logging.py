from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class StateMachineLogging(Rule):
    id = "LK_SFN_1"
    title = "State machines log executions at a level and use a customer managed key"
    severity = "medium"
    rationale = "A log destination without a level records nothing: the default level is OFF."
    remedy = "Set `logging_configuration` with `level` ALL, ERROR or FATAL, and `log_destination`."
    reference = "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html"
    pack = "lakehouse"
    controls = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
    resources = ("aws_sfn_state_machine",)

    def problems(self, block: Block) -> Iterable[str]:
        logging = nested(block, "logging_configuration") or [{}]
        for one in logging:
            level = one.get("level") or "OFF"
            if level == "OFF":
                yield "logging_configuration.level is OFF or not set; nothing is logged"
            if not one.get("log_destination"):
                yield "logging_configuration.log_destination is not set"


check = StateMachineLogging()
