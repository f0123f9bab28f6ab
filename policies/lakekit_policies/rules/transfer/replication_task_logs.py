from __future__ import annotations

from collections.abc import Iterable, Mapping

from lakekit_policies.rule import Rule
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.blocks import Block, is_unknown


class ReplicationTaskLogs(Rule):
    id = "LK_DMS_1"
    title = "Replication tasks of DMS write logs"
    severity = "medium"
    rationale = "Without logs, rows that a task could not apply are missing in the target without a trace."
    remedy = "Set `Logging.EnableLogging` to true in `replication_task_settings`."
    reference = "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.Logging.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12", "SI-7"], "soc2": ["CC7.2"]}
    resources = ("aws_dms_replication_task",)

    def problems(self, block: Block) -> Iterable[str]:
        written = block.get("replication_task_settings")
        if is_unknown(written):
            return
        try:
            settings = read_json_text(written) if isinstance(written, str) and written else written
        except ValueError:
            yield "replication_task_settings is not valid JSON"
            return
        logging = settings.get("Logging") if isinstance(settings, Mapping) else None
        if not (isinstance(logging, Mapping) and logging.get("EnableLogging") is True):
            yield "Logging.EnableLogging is not true"


check = ReplicationTaskLogs()
