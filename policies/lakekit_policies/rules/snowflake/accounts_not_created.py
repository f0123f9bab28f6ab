from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class AccountsNotCreated(Rule):
    id = "LK_SF_45"
    title = "Snowflake accounts and reader accounts are not created by stacks"
    severity = "critical"
    rationale = (
        "A new account has an administrator of its own, outside of the environment's roles, network policy and gate. A "
        "reader account is made to receive shares, and its password is stored in the state."
    )
    remedy = (
        "Create accounts in the organization account, with a second approver, and state them in "
        "`trust_boundary.snowflake_accounts`."
    )
    reference = "https://docs.snowflake.com/en/user-guide/data-sharing-reader-create"
    pack = "snowflake"
    controls = {"nist": ["AC-2", "AC-21"], "soc2": ["CC6.1", "CC6.2"]}
    resources = ("snowflake_account", "snowflake_managed_account")

    def problems(self, block: Block) -> Iterable[str]:
        kind = "reader account" if self.entity_type == "snowflake_managed_account" else "account"
        yield f"{kind} {block.get('name')} is created with administrator {block.get('admin_name')}"
        if block.get("admin_password"):
            yield "admin_password is set in the configuration"


check = AccountsNotCreated()
