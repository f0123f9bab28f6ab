from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_destinations import foreign_accounts
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block, as_list


class SharesInsideBoundary(Rule):
    id = "LK_SF_36"
    title = "Shares and listings are for accounts inside the trust boundary"
    severity = "critical"
    rationale = (
        "A share gives live data to another account, outside of its roles, masks for roles, and network policy. A "
        "listing publishes it."
    )
    remedy = "State the account in `trust_boundary.snowflake_accounts`, or remove it from the share."
    reference = "https://docs.snowflake.com/en/user-guide/data-sharing-intro"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "AC-21"], "soc2": ["CC6.1", "CC6.7"]}
    resources = ("snowflake_share", "snowflake_grant_privileges_to_share", "snowflake_listing")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_listing":
            yield "a listing offers data to other accounts; grant a share to named accounts"
        elif self.entity_type == "snowflake_share":
            yield from foreign_accounts(as_list(block.get("accounts")), "account")
        else:
            yield from self._grant_problems(block)

    def _grant_problems(self, block: Block) -> Iterable[str]:
        broad = sorted({str(item).upper() for item in as_list(block.get("privileges"))} - {"USAGE", "SELECT", "READ"})
        if broad:
            yield f"privileges {', '.join(broad)} are granted to a share"
        if block.get("on_all_tables_in_schema"):
            yield "all tables of a schema are granted to a share; name tables or secure views"
        share = unquoted(block.get("to_share"))
        known = [unquoted(peer.block.get("name")) for peer in self.peers.all("snowflake_share")]
        text = str(block.get("to_share") or "")
        if share and "${" not in text and "snowflake_share." not in text and share not in known:
            yield f"share {share} is not in this configuration; its accounts are not known"


check = SharesInsideBoundary()
