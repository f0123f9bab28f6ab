from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.lake_formation_principals import is_everyone
from lakekit_policies.terraform.blocks import Block, as_list, nested


class SettingsNoDefaultPermissions(Rule):
    id = "LK_LF_2"
    title = "New databases and tables have no default permissions"
    severity = "critical"
    rationale = "The AWS default grants all permissions to IAM_ALLOWED_PRINCIPALS, which bypasses Lake Formation."
    remedy = "Remove `create_database_default_permissions` and `create_table_default_permissions`."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/change-settings.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.3"]}
    resources = ("aws_lakeformation_data_lake_settings",)

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("create_database_default_permissions", "create_table_default_permissions"):
            for default in nested(block, name):
                principal = str(default.get("principal", ""))
                permissions = [str(item) for item in as_list(default.get("permissions"))]
                if permissions and is_everyone(principal):
                    yield f"{name} grants {', '.join(permissions)} to {principal}"


check = SettingsNoDefaultPermissions()
