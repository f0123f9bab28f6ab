from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class NetworkPolicyRestricted(Rule):
    id = "LK_SF_17"
    title = "Network policies allow known networks only"
    severity = "critical"
    rationale = "The network policy prevents the use of leaked credentials from other networks."
    remedy = "Set networks of /16 or smaller in `allowed_ip_list`, or use network rules."
    reference = "https://docs.snowflake.com/en/user-guide/network-policies"
    pack = "snowflake"
    controls = {"nist": ["SC-7", "AC-17"], "soc2": ["CC6.6"]}
    resources = ("snowflake_network_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        networks = [str(item) for item in as_list(block.get("allowed_ip_list"))]
        if not networks and not block.get("allowed_network_rule_list"):
            yield "neither allowed_ip_list nor allowed_network_rule_list is set"
        for text in networks:
            try:
                network = ipaddress.ip_network(text, strict=False)
            except ValueError:
                yield f"{text} is not a network"
                continue
            if network.prefixlen < 16:
                yield f"{text} has {network.num_addresses} addresses; /16 is the largest allowed network"
        if any(str(item).endswith("/0") for item in as_list(block.get("blocked_ip_list"))):
            yield "blocked_ip_list contains /0, which Snowflake rejects"


check = NetworkPolicyRestricted()
