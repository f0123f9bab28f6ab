from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class GrantPermissionsExplicit(Rule):
    id = "LK_LF_4"
    title = "Lake Formation grants list their permissions"
    severity = "high"
    rationale = (
        "ALL includes DROP and future permissions. AWS returns it expanded, so that each plan revokes and recreates "
        "the grant and access is interrupted."
    )
    remedy = "List the permissions: SELECT and DESCRIBE to read; INSERT, DELETE and ALTER to write."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-6"], "soc2": ["CC6.3"]}
    resources = ("aws_lakeformation_permissions",)

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("permissions", "permissions_with_grant_option"):
            for permission in as_list(block.get(name)):
                if permission in ("ALL", "SUPER", "SUPER_USER"):
                    yield f"{name} contains {permission}; list the permissions"


check = GrantPermissionsExplicit()
