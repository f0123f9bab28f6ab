from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested


class SelectGrantByTagOrColumns(Rule):
    id = "LK_LF_6"
    title = "SELECT is granted by tag policy or with columns"
    severity = "medium"
    rationale = (
        "The provider reads SELECT on a `table` block back as `table_with_columns`: every plan recreates the grant, "
        "and queries fail in between (provider issues 44074, 49453)."
    )
    remedy = "Use `lf_tag_policy`, or `table_with_columns` with `wildcard = true`."
    reference = "https://github.com/hashicorp/terraform-provider-aws/issues/44074"
    pack = "lakehouse"
    controls = {"nist": ["AC-3", "CM-6"], "soc2": ["CC6.3"]}
    resources = ("aws_lakeformation_permissions",)

    def problems(self, block: Block) -> Iterable[str]:
        if nested(block, "table") and "SELECT" in as_list(block.get("permissions")):
            yield "SELECT is granted on a table block; use table_with_columns"


check = SelectGrantByTagOrColumns()
