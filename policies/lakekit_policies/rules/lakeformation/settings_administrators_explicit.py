from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.lake_formation_principals import is_everyone
from lakekit_policies.terraform.blocks import Block, as_list


class SettingsAdministratorsExplicit(Rule):
    id = "LK_LF_1"
    title = "Lake Formation administrators are named roles"
    severity = "high"
    rationale = (
        "Without administrators, permissions cannot be granted. The root user or all principals as administrators make "
        "every other grant ineffective."
    )
    remedy = "List the roles that administer the lake in `admins`, including the deploying role."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/getting-started-setup.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-5", "AC-6(5)"], "soc2": ["CC6.3"]}
    resources = ("aws_lakeformation_data_lake_settings",)

    def problems(self, block: Block) -> Iterable[str]:
        admins = [str(admin) for admin in as_list(block.get("admins"))]
        if not admins:
            yield "admins is empty"
        for admin in admins:
            if admin.endswith(":root") or is_everyone(admin):
                yield f"{admin} is an administrator; name roles"


check = SettingsAdministratorsExplicit()
