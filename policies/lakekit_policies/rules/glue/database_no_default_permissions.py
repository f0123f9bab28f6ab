from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.lake_formation_principals import EVERYONE, is_everyone
from lakekit_policies.terraform.blocks import Block, as_list, nested


class DatabaseNoDefaultPermissions(Rule):
    id = "LK_GLUE_2"
    title = "Glue databases grant no default permissions on new tables"
    severity = "critical"
    rationale = (
        f"A default permission for {EVERYONE[0]} grants IAM access to every new table and bypasses Lake Formation "
        "tags and filters."
    )
    remedy = "Remove `create_table_default_permission`; grant by LF-tags."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.3"]}
    resources = ("aws_glue_catalog_database",)

    def problems(self, block: Block) -> Iterable[str]:
        for default in nested(block, "create_table_default_permission"):
            permissions = [str(item) for item in as_list(default.get("permissions"))]
            for principal in nested(default, "principal"):
                name = str(principal.get("data_lake_principal_identifier", ""))
                if permissions and is_everyone(name):
                    yield f"create_table_default_permission grants {', '.join(permissions)} to {name}"


check = DatabaseNoDefaultPermissions()
