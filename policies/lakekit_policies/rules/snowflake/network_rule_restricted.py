from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.ip_ranges import wide_ranges
from lakekit_policies.rules._shared.snowflake_destinations import foreign_endpoints, foreign_hosts
from lakekit_policies.terraform.blocks import Block, as_list

_EVERY_HOST = ("0.0.0.0", "*", "")  # noqa: S104  # a value of the rule, not a binding


class NetworkRuleRestricted(Rule):
    id = "LK_SF_33"
    title = "Network rules name known networks and destinations"
    severity = "critical"
    rationale = (
        "A network rule opens a network policy or the egress of procedures. Ranges that together cover the internet "
        "are as open as 0.0.0.0/0; a VPC endpoint of others lets them in, and a host outside of the trust boundary "
        "receives whatever a procedure sends."
    )
    remedy = (
        "List networks of /16 or smaller, endpoints of `trust_boundary.vpc_endpoints`, or hosts of "
        "`trust_boundary.hosts`; for hosts on the internet, state them there with the environment."
    )
    reference = "https://docs.snowflake.com/en/user-guide/network-rules"
    pack = "snowflake"
    controls = {"nist": ["SC-7", "AC-4", "AC-17"], "soc2": ["CC6.6", "CC6.7"]}
    resources = ("snowflake_network_rule",)

    def problems(self, block: Block) -> Iterable[str]:
        values = [str(value) for value in as_list(block.get("value_list"))]
        kind, mode = str(block.get("type", "")).upper(), str(block.get("mode", "")).upper()
        if not values:
            yield "value_list is empty"
        if kind == "IPV4":
            yield from wide_ranges(values)
        elif kind == "HOST_PORT" and mode == "EGRESS":
            open_hosts = [value for value in values if value.partition(":")[0] in _EVERY_HOST]
            for value in open_hosts:
                yield f"{value} allows every host"
            yield from foreign_hosts((value for value in values if value not in open_hosts), "host")
        elif kind == "PRIVATE_HOST_PORT":
            yield from foreign_hosts(values, "private host")
        elif kind == "AWSVPCEID":
            yield from foreign_endpoints(values, "VPC endpoint")
        else:
            yield f"type {kind} with mode {mode} is not allowed; use IPV4, AWSVPCEID, PRIVATE_HOST_PORT or HOST_PORT"


check = NetworkRuleRestricted()
