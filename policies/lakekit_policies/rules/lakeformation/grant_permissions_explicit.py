from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class GrantPermissionsExplicit(Rule):
    id = "LK_LF_4"
    title = "Lake Formation grants list their permissions"
    severity = "high"
    rationale = (
        "ALL includes DROP and whatever AWS adds to it next year. It also never compares equal to what AWS returns: "
        "each plan revokes and grants again, with a window in which nobody can read."
    )
    remedy = "Name what is needed: SELECT and DESCRIBE to read, INSERT, DELETE and ALTER to write."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-6"], "soc2": ["CC6.3"]}
    resources = ("aws_lakeformation_permissions",)

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("permissions", "permissions_with_grant_option"):
            for permission in as_list(block.get(name)):
                if permission in ("ALL", "SUPER", "SUPER_USER"):
                    yield f"{name} holds {permission}"


check = GrantPermissionsExplicit()
