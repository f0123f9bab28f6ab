from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, as_number, display, unquoted
from lakekit_policies.terraform.blocks import Block

MAX_DAYS = 90


class AccessTokensRestricted(Rule):
    id = "LK_SF_44"
    title = "Programmatic access tokens are limited to a role and expire"
    severity = "high"
    rationale = (
        "A token is a password that works without MFA; the state contains it in plaintext. Without a role restriction "
        "it has every role of the user."
    )
    remedy = (
        "Use key pairs or workload identity; otherwise set `role_restriction` and `days_to_expiry` of at most 90, and "
        "leave the network policy in force."
    )
    reference = "https://docs.snowflake.com/en/user-guide/programmatic-access-tokens"
    pack = "snowflake"
    controls = {"nist": ["IA-5(1)", "AC-6"], "soc2": ["CC6.1"]}
    resources = ("snowflake_user_programmatic_access_token", "snowflake_user_public_keys")

    def problems(self, block: Block) -> Iterable[str]:
        for key in ("rsa_public_key", "rsa_public_key_2"):
            if "PRIVATE" in str(block.get(key, "")):
                yield f"{key} contains a private key"
        if self.entity_type == "snowflake_user_public_keys":
            return
        role = unquoted(block.get("role_restriction"))
        if not role or role in ADMINISTRATORS:
            yield f"role_restriction is {display(block.get('role_restriction'))}; name a functional role"
        days = as_number(block.get("days_to_expiry"))
        if days is not None and days > MAX_DAYS:
            yield f"days_to_expiry is {display(block.get('days_to_expiry'))}; at most {MAX_DAYS} are allowed"
        if as_number(block.get("mins_to_bypass_network_policy_requirement")):
            yield "mins_to_bypass_network_policy_requirement is set; the token works from anywhere"


check = AccessTokensRestricted()
