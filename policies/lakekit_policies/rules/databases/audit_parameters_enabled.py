from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

PARAMETERS: Final = {
    "aws_docdb_cluster_parameter_group": ("audit_logs", ("all", "enabled")),
    "aws_neptune_cluster_parameter_group": ("neptune_enable_audit_log", ("1",)),
}
"""Parameter and the values that write audit logs, by type."""


class AuditParametersEnabled(Rule):
    id = "LK_RDS_8"
    title = "Parameter groups of DocumentDB and Neptune enable audit logs"
    severity = "medium"
    rationale = "Both write no audit log by default. Without it, reads of the data leave no trace."
    remedy = "Set `audit_logs` of DocumentDB to `all`, and `neptune_enable_audit_log` of Neptune to 1."
    reference = "https://docs.aws.amazon.com/neptune/latest/userguide/auditing.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
    resources = tuple(PARAMETERS)

    def problems(self, block: Block) -> Iterable[str]:
        name, enabled = PARAMETERS[self.entity_type]
        values = {one.get("name"): str(one.get("value")) for one in nested(block, "parameter")}
        if values.get(name) not in enabled:
            yield f"{name} is {values.get(name, 'not set')}, not {' or '.join(enabled)}"


check = AuditParametersEnabled()
