from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class ServerUsersRestricted(Rule):
    id = "LK_TRANSFER_1"
    title = "Users of transfer servers are limited to their folder"
    severity = "high"
    rationale = "A user with the home directory type PATH sees every bucket that the role can list."
    remedy = 'Set `home_directory_type = "LOGICAL"` with mappings.'
    reference = "https://docs.aws.amazon.com/transfer/latest/userguide/logical-dir-mappings.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_transfer_user", "aws_transfer_access")

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("home_directory_type") != "LOGICAL":
            yield f"home_directory_type is {block.get('home_directory_type') or 'PATH'}, not LOGICAL"


check = ServerUsersRestricted()
