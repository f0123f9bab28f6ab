from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import ADMINISTRATORS, PUBLIC_ROLE, display, unquoted
from lakekit_policies.terraform.blocks import Block


class ServiceUserKeyAndNetworkPolicy(Rule):
    id = "LK_SF_15"
    title = "Service users have a key pair, a network policy and one role"
    severity = "high"
    rationale = (
        "Key pairs cannot be guessed and are not transmitted. The network policy prevents use of a leaked key "
        "elsewhere. Secondary roles add all other privileges of the user."
    )
    remedy = (
        'Set `rsa_public_key`, `network_policy`, `default_role` and `default_secondary_roles_option = "NONE"` '
        "(`ServiceUser` does)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/key-pair-auth"
    pack = "snowflake"
    controls = {"nist": ["IA-5(2)", "AC-6", "SC-7"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("snowflake_service_user",)

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("rsa_public_key"):
            yield "rsa_public_key is not set"
        if not block.get("network_policy"):
            yield "network_policy is not set; the key can be used from any network"
        if not block.get("default_role") or unquoted(block.get("default_role")) in ADMINISTRATORS | PUBLIC_ROLE:
            yield (
                f"default_role is {display(block.get('default_role'))}; use a role that is neither administrative "
                "nor PUBLIC"
            )
        if str(block.get("default_secondary_roles_option", "DEFAULT")).upper() != "NONE":
            yield "default_secondary_roles_option is not NONE"
        for key in ("rsa_public_key", "rsa_public_key_2"):
            if "PRIVATE" in str(block.get(key, "")):
                yield f"{key} contains a private key"


check = ServiceUserKeyAndNetworkPolicy()
