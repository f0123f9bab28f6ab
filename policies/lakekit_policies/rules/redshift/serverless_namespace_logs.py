from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list

LOGS: Final = ("useractivitylog", "userlog", "connectionlog")


class ServerlessNamespaceLogs(Rule):
    id = "LK_REDSHIFT_6"
    title = "Redshift Serverless namespaces export all logs"
    severity = "medium"
    rationale = "Audit logs show who connected and which statements ran."
    remedy = "Set `log_exports` to userlog, connectionlog and useractivitylog."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-audit-logging.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
    resources = ("aws_redshiftserverless_namespace",)

    def problems(self, block: Block) -> Iterable[str]:
        exported = set(map(str, as_list(block.get("log_exports"))))
        if missing := [name for name in LOGS if name not in exported]:
            yield f"log_exports lacks {', '.join(missing)}"


check = ServerlessNamespaceLogs()
