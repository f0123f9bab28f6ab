from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list, is_unknown, nested, reference


class KafkaClusterAvailabilityZones(Rule):
    id = "LK_MSK_2"
    title = "MSK brokers are spread over private subnets of enough Availability Zones"
    severity = "high"
    rationale = (
        "Three replicas tolerate the loss of an Availability Zone only if each is in its own zone. MSK rejects "
        "broker counts that are not a multiple of the zones at apply time. Public subnets assign public addresses."
    )
    remedy = (
        "Set private subnets in three Availability Zones (two in sandbox and dev), and a multiple of that number of "
        "brokers."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/bestpractices.html"
    pack = "reliability"
    controls = {"nist": ["CP-10", "SC-7"], "soc2": ["A1.2", "CC6.6"]}
    resources = ("aws_msk_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        brokers = block.get("number_of_broker_nodes")
        for nodes in nested(block, "broker_node_group_info"):
            subnets = as_list(nodes.get("client_subnets"))
            if any(map(is_unknown, subnets)):
                continue
            # A reference to a resource with several instances stands for all of them.
            zones = sum(max(1, len(self.peers.instances(subnet))) for subnet in subnets)
            minimum = 3 if stack_context.current().at_least("staging") else 2
            if zones < minimum:
                yield f"client_subnets has {zones} subnets; tier {stack_context.current().tier} requires {minimum}"
            if zones and isinstance(brokers, int) and brokers % zones:
                yield f"{brokers} brokers are not a multiple of {zones} zones"
            named = {reference(subnet) for subnet in subnets} - {None}
            for peer in self.peers.all("aws_subnet"):
                if peer.address in named and peer.block.get("map_public_ip_on_launch") is True:
                    yield f"{peer.address} is a public subnet"


check = KafkaClusterAvailabilityZones()
