from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_destinations import foreign_accounts
from lakekit_policies.rules._shared.snowflake_values import is_true
from lakekit_policies.terraform.blocks import Block, as_list, nested


class ReplicationInsideBoundary(Rule):
    id = "LK_SF_37"
    title = "Databases are replicated to accounts inside the trust boundary"
    severity = "critical"
    rationale = (
        "Replication copies a database, with its data and policies, to another account, whose administrators own the "
        "copy. A replica that is made from a foreign account brings in its roles and policies."
    )
    remedy = "State the account in `trust_boundary.snowflake_accounts`, or remove the replication."
    reference = "https://docs.snowflake.com/en/user-guide/account-replication-intro"
    pack = "snowflake"
    controls = {"nist": ["AC-4", "CP-9"], "soc2": ["CC6.1", "CC6.7"]}
    resources = (
        "snowflake_database",
        "snowflake_failover_group",
        "snowflake_primary_connection",
        "snowflake_secondary_connection",
        "snowflake_secondary_database",
        "snowflake_shared_database",
    )

    def problems(self, block: Block) -> Iterable[str]:
        for replication in nested(block, "replication"):
            targets = nested(replication, "enable_to_account")
            yield from foreign_accounts((target.get("account_identifier") for target in targets), "replication to")
            if is_true(replication.get("ignore_edition_check")):
                yield "ignore_edition_check is true; a lower edition has no masking policies for the copy"
        yield from foreign_accounts(as_list(block.get("allowed_accounts")), "replication to")
        yield from foreign_accounts(as_list(block.get("enable_failover_to_accounts")), "failover to")
        for source in nested(block, "from_replica"):
            account = f"{source.get('organization_name')}.{source.get('source_account_name')}"
            yield from foreign_accounts([account], "replica of")
        for name in ("as_replica_of", "from_share"):
            parts = str(block.get(name) or "").replace('"', "").split(".")
            if len(parts) >= 2 and parts[0]:
                # ORGANIZATION.ACCOUNT.NAME
                yield from foreign_accounts([".".join(parts[:2])], f"{name}")
        if is_true(block.get("ignore_edition_check")):
            yield "ignore_edition_check is true; a lower edition has no masking policies for the copy"


check = ReplicationInsideBoundary()
