from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class ClusterPasswordManaged(Rule):
    id = "LK_REDSHIFT_3"
    title = "Redshift keeps administrator passwords in Secrets Manager"
    severity = "high"
    rationale = "A password in the configuration is in the plan and the state in clear text, and it does not rotate."
    remedy = "Set `manage_master_password = true` (cluster) or `manage_admin_password = true` (namespace)."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/redshift-secrets-manager-integration.html"
    pack = "baseline"
    evaluates_unknown = True
    controls = {"nist": ["IA-5", "IA-5(1)"], "soc2": ["CC6.1"]}
    resources = (
        "aws_redshift_cluster",
        "aws_redshiftserverless_namespace",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("master_password", "admin_user_password"):
            if block.get(name) not in (None, ""):
                yield f"{name} is set; use the password that Secrets Manager manages"


check = ClusterPasswordManaged()
