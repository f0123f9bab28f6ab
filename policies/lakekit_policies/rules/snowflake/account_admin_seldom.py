from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.rules._shared.snowflake_providers import snowflake_providers

# Only ACCOUNTADMIN creates resource monitors and sets account parameters (Snowflake, "Access control privileges").
ACCOUNT_ONLY = (
    "snowflake_account_parameter",
    "snowflake_resource_monitor",
    "snowflake_current_account",
    "snowflake_network_policy_attachment",
)


class AccountAdminSeldom(StackRule):
    id = "LK_SF_4"
    title = "ACCOUNTADMIN makes only what no other role can"
    severity = "high"
    rationale = (
        "What ACCOUNTADMIN makes belongs to it: then only ACCOUNTADMIN can change it, and soon everybody has to be one."
    )
    remedy = (
        "Make objects as SYSADMIN, users and roles as USERADMIN, grants as SECURITYADMIN (provider aliases of "
        "WarehouseStack)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/security-access-control-considerations"
    pack = "warehouse"
    controls = {"nist": ["AC-6(5)"], "soc2": ["CC6.3"]}

    def problems(self, document: Mapping[str, Any]) -> Iterable[Problem]:
        roles = {}
        for address, block in snowflake_providers(document):
            alias = str(block.get("alias") or "")
            roles[f"snowflake.{alias}" if alias else "snowflake"] = str(block.get("role") or "").upper()
            if not block.get("role"):
                yield Problem(address, "no role: the user's default role makes everything")
            if not alias and str(block.get("role")).upper() == "ACCOUNTADMIN":
                yield Problem(address, "ACCOUNTADMIN is the default: it makes whatever names no provider")
        for kind, named in (document.get("resource") or {}).items():
            if not kind.startswith("snowflake_") or kind in ACCOUNT_ONLY:
                continue
            for name, block in named.items():
                if roles.get(str(block.get("provider") or "snowflake")) != "ACCOUNTADMIN":
                    continue
                if kind != "snowflake_execute" or not str(block.get("execute", "")).upper().startswith(
                    "ALTER ACCOUNT "
                ):
                    yield Problem(f"{kind}.{name}", "ACCOUNTADMIN makes it")


check = AccountAdminSeldom()
