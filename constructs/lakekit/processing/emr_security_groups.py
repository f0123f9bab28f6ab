"""Security groups of an EMR cluster and the rules between them."""

from __future__ import annotations

from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.network import EngineSecurityGroup, Network, SecurityGroupRule

_NODE_PORT: Final = 8443
_SERVICE_PORT: Final = 9443


class EmrSecurityGroups(Construct):
    """Security groups of the manager node, of the other nodes, and of the EMR service in private subnets.

    The rules follow the EMR management guide, "Working with Amazon EMR-managed security groups", for private subnets:
    all traffic between nodes, 8443 from EMR to the nodes, 9443 from the manager node to EMR. When a cluster starts,
    EMR adds the ingress rules but not the egress rules, which these groups need since they have no default egress.

    Args:
        scope: the cluster.
        id: PascalCase id.
        network: network of the cluster.
        name: short name of the groups, such as `emr-main`.

    Attributes:
        manager, nodes, service: ids of the groups, known after apply.
        ids: all three ids.
    """

    def __init__(self, scope: Construct, id: str, *, network: Network, name: str) -> None:
        super().__init__(scope, id)
        physical = environment_of(self).names.resource(name)
        self.manager: Final = self._engine("Manager", network, name)
        self.nodes: Final = self._engine("Nodes", network, name)
        service = aws.security_group.SecurityGroup(
            self,
            "Service",
            vpc_id=network.vpc_id,
            name=f"{physical}-service",
            description=f"EMR itself to the nodes of {physical}",
            revoke_rules_on_delete=True,
            tags={"Name": f"{physical}-service"},
        )
        self.service: Final = str(service.id)
        self.ids: Final = [self.manager, self.nodes, self.service]
        members = {"Manager": self.manager, "Nodes": self.nodes}
        for source_name, source in members.items():
            for target_name, target in members.items():
                self._add_rule(f"{source_name}To{target_name}", source, target, "Nodes of the cluster to each other")
        for target_name, target in members.items():
            self._add_rule(
                f"ServiceTo{target_name}", self.service, target, "EMR to the nodes of the cluster", _NODE_PORT
            )
        self._add_rule("ManagerToService", self.manager, self.service, "The manager node to EMR", _SERVICE_PORT)

    def _add_rule(self, id: str, source: str, destination: str, description: str, port: int | None = None) -> None:
        SecurityGroupRule(self, id, source=source, destination=destination, description=description, port=port)

    def _engine(self, id: str, network: Network, name: str) -> str:
        description = f"{'Manager node' if id == 'Manager' else 'Nodes'} of {environment_of(self).names.resource(name)}"
        return EngineSecurityGroup(
            self, id, network=network, description=description, name=f"{name}-{id.lower()}"
        ).security_group_id
