from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class TaskVerifiesAndLogs(Rule):
    id = "LK_DATASYNC_1"
    title = "DataSync tasks verify data and log transfers"
    severity = "medium"
    rationale = "Without verification a damaged copy is not noticed."
    remedy = "Set `options.verify_mode`, `options.log_level` and `cloudwatch_log_group_arn`."
    reference = "https://docs.aws.amazon.com/datasync/latest/userguide/configure-data-verification-options.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
    resources = ("aws_datasync_task",)

    def problems(self, block: Block) -> Iterable[str]:
        for options in nested(block, "options"):
            if options.get("verify_mode") == "NONE":
                yield "options.verify_mode is NONE"
        if not block.get("cloudwatch_log_group_arn"):
            yield "cloudwatch_log_group_arn is not set"


check = TaskVerifiesAndLogs()
