from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class PasswordManaged(Rule):
    id = "LK_RDS_1"
    title = "Databases keep their administrator password in Secrets Manager"
    severity = "high"
    rationale = "A password in the configuration is in the plan and the state in clear text, and it does not rotate."
    remedy = "Set `manage_master_user_password = true`."
    reference = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html"
    pack = "baseline"
    evaluates_unknown = True
    controls = {"nist": ["IA-5", "IA-5(1)"], "soc2": ["CC6.1"]}
    resources = (
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_docdb_cluster",
    )

    def problems(self, block: Block) -> Iterable[str]:
        name = next((one for one in ("password", "master_password") if block.get(one) not in (None, "")), None)
        if name:
            yield f"{name} is set; use manage_master_user_password"


check = PasswordManaged()
