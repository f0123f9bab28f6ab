from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.ip_ranges import wide_ranges
from lakekit_policies.rules._shared.snowflake_values import is_true, unquoted
from lakekit_policies.terraform.blocks import Block, as_list


class NetworkPolicyRestricted(Rule):
    id = "LK_SF_17"
    title = "Network policies allow known networks only"
    severity = "critical"
    rationale = "The network policy prevents the use of leaked credentials from other networks."
    remedy = (
        "Set networks of /16 or smaller in `allowed_ip_list`, or use network rules; all networks of the policy and its "
        "rules together may have as many addresses as four networks of /16."
    )
    reference = "https://docs.snowflake.com/en/user-guide/network-policies"
    pack = "snowflake"
    controls = {"nist": ["SC-7", "AC-17"], "soc2": ["CC6.6"]}
    resources = ("snowflake_network_policy", "snowflake_network_policy_attachment")

    def problems(self, block: Block) -> Iterable[str]:
        if self.entity_type == "snowflake_network_policy_attachment":
            if not is_true(block.get("set_for_account")) and not self._account_has_policy():
                users = ", ".join(map(str, as_list(block.get("users"))))
                yield f"the network policy is set for {users or 'no user'} only, and none for the account"
            return
        networks = [str(item) for item in as_list(block.get("allowed_ip_list"))]
        rules = [str(item) for item in as_list(block.get("allowed_network_rule_list"))]
        if not networks and not rules:
            yield "neither allowed_ip_list nor allowed_network_rule_list is set"
        yield from wide_ranges([*networks, *self._rule_networks(rules)])
        if any(str(item).endswith("/0") for item in as_list(block.get("blocked_ip_list"))):
            yield "blocked_ip_list contains /0, which Snowflake rejects"

    def _account_has_policy(self) -> bool:
        """Whether the configuration sets a network policy for the account."""
        return any(
            is_true(peer.block.get("set_for_account")) for peer in self.peers.all("snowflake_network_policy_attachment")
        ) or any(
            unquoted(peer.block.get("key")) == "NETWORK_POLICY" and peer.block.get("value")
            for peer in self.peers.all("snowflake_account_parameter")
        )

    def _rule_networks(self, rules: list[str]) -> Iterable[str]:
        """Networks of the network rules that are in this configuration."""
        names = {unquoted(rule.rpartition(".")[2]) for rule in rules}
        for peer in self.peers.all("snowflake_network_rule"):
            named = unquoted(peer.block.get("name")) in names or any(peer.address in rule for rule in rules)
            if named and str(peer.block.get("type", "")).upper() == "IPV4":
                yield from (str(value) for value in as_list(peer.block.get("value_list")))


check = NetworkPolicyRestricted()
