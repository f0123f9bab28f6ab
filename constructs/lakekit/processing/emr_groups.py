"""Security groups of an EMR cluster, for EMR to manage: it adds the rules between them when a cluster starts."""

from __future__ import annotations

from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.network import EngineGroup, Network


class ClusterGroups(Construct):
    """Groups of the manager node, of the other nodes, and of EMR itself in a private subnet.

    Args:
        scope: the cluster.
        id: PascalCase id.
        network: where the cluster stands.
        name: the cluster's name.

    Attributes:
        manager, nodes, service: ids of the groups, known once they exist.
        ids: all three.
    """

    def __init__(self, scope: Construct, id: str, *, network: Network, name: str) -> None:
        super().__init__(scope, id)
        self.manager: Final = self._engine("Manager", network, name)
        self.nodes: Final = self._engine("Nodes", network, name)
        service: Any = aws.security_group.SecurityGroup(
            self,
            "Service",
            vpc_id=network.vpc_id,
            name=f"{name}-service",
            description=f"EMR itself to the nodes of {name}",
            revoke_rules_on_delete=True,
            tags={"Name": f"{name}-service"},
        )
        # EMR management guide, "EMR-managed security group for service access (private subnets)".
        aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule(
            self,
            "ManagerToService",
            security_group_id=service.id,
            description="The manager node to EMR",
            ip_protocol="tcp",
            from_port=9443,
            to_port=9443,
            referenced_security_group_id=self.manager,
        )
        self.service: Final[str] = service.id
        self.ids: Final = [self.manager, self.nodes, self.service]

    def _engine(self, id: str, network: Network, name: str) -> str:
        description = f"{'Manager node' if id == 'Manager' else 'Nodes'} of {name}"
        return EngineGroup(self, id, network=network, description=description, name=f"{name}-{id.lower()}").id_
