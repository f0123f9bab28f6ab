from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class TableDeletionProtection(Rule):
    id = "LK_DYNAMODB_1"
    title = "DynamoDB tables have deletion protection"
    severity = "high"
    rationale = (
        "A table without deletion protection is deleted by one call, with its data and its continuous backups "
        "after 35 days."
    )
    remedy = "Set `deletion_protection_enabled = true`."
    reference = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html"
    pack = "reliability"
    controls = {"nist": ["CP-9", "CP-10"], "soc2": ["A1.2"]}
    resources = ("aws_dynamodb_table",)

    def problems(self, block: Block) -> Iterable[str]:
        if stack_context.current().at_least("dev") and block.get("deletion_protection_enabled") is not True:
            yield "deletion_protection_enabled is not true"


check = TableDeletionProtection()
