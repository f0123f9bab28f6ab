from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import SYNTH, Rule
from lakekit_policies.rules._shared.security_group_paths import ALL_TRAFFIC, EGRESS_RULE, allows_path
from lakekit_policies.terraform.blocks import Block, nested, reference

NODES = ("emr_managed_master_security_group", "emr_managed_slave_security_group")
SERVICE = "service_access_security_group"
NODE_PORT = {"ip_protocol": "tcp", "from_port": 8443, "to_port": 8443}
SERVICE_PORT = {"ip_protocol": "tcp", "from_port": 9443, "to_port": 9443}


class EmrSecurityGroupRules(Rule):
    id = "LK_EMR_6"
    title = "EMR security groups allow node-to-node and service traffic"
    severity = "high"
    rationale = (
        "EMR adds what its groups have to let in when a cluster starts, and never what they have to let out. A cluster "
        "whose nodes cannot call each other is billed until it gives up starting."
    )
    remedy = "Let out all traffic between both groups of nodes, 8443 from EMR's group to them, and 9443 to it."
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html"
    pack = "reliability"
    controls = {"nist": ["CM-6", "CP-10"], "soc2": ["A1.2"]}
    evaluates_unknown = True  # it asks which group is named, and not for its id
    stages = (SYNTH,)  # at plan the ids of new groups are not known
    resources = ("aws_emr_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        for attributes in nested(block, "ec2_attributes"):
            manager, others = (reference(attributes.get(name)) for name in NODES)
            # One group may be that of all nodes.
            nodes = [group for group in dict.fromkeys((manager, others)) if group is not None]
            ways = [(caller, called, ALL_TRAFFIC) for caller in nodes for called in nodes]
            service = reference(attributes.get(SERVICE))
            if service is not None:
                ways += [(service, node, NODE_PORT) for node in nodes]
                ways += [(manager, service, SERVICE_PORT)] if manager is not None else []
            for caller, called, wanted in ways:
                if not allows_path(self.peers, EGRESS_RULE, caller, called, wanted):
                    yield f"no way leads from {caller} to {called}"


check = EmrSecurityGroupRules()
