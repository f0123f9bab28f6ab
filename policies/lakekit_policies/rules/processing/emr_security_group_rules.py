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
    title = "EMR security groups allow node-to-node and service egress"
    severity = "high"
    rationale = (
        "EMR adds the required ingress rules at cluster start, but no egress rules. Without them, nodes cannot "
        "connect to each other and the cluster is billed until its start fails."
    )
    remedy = (
        "Allow egress of all traffic between the node security groups, of port 8443 from the service access group to "
        "the nodes, and of port 9443 from the primary node to the service access group."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-man-sec-groups.html"
    pack = "reliability"
    controls = {"nist": ["CM-6", "CP-10"], "soc2": ["A1.2"]}
    stages = (SYNTH,)  # ids of new groups are unknown in a plan
    resources = ("aws_emr_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        # Compared are references to groups: other values next to them do not matter.
        for attributes in nested(dict(block), "ec2_attributes"):
            primary, workers = (reference(attributes.get(name)) for name in NODES)
            # Both attributes may refer to the same security group.
            nodes = [group for group in dict.fromkeys((primary, workers)) if group is not None]
            paths = [(source, destination, ALL_TRAFFIC) for source in nodes for destination in nodes]
            service = reference(attributes.get(SERVICE))
            if service is not None:
                paths += [(service, node, NODE_PORT) for node in nodes]
                paths += [(primary, service, SERVICE_PORT)] if primary is not None else []
            for source, destination, rule in paths:
                if not allows_path(self.peers, EGRESS_RULE, source, destination, rule):
                    yield f"no egress rule from {source} to {destination}"


check = EmrSecurityGroupRules()
