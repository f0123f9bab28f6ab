"""Subnets and security group of Kafka brokers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from lakekit.bindings import Construct, aws
from lakekit.errors import ConstructError
from lakekit.network import Network

if TYPE_CHECKING:
    _IngressRule = aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule

# Brokers with IAM over TLS, inside the VPC (MSK port information).
IAM_PORT: Final = 9098


def check_network(scope: Construct, network: Network, *, at_least: int) -> None:
    """Reject too few availability zones, duplicate subnets, and public subnets.

    Raises:
        ConstructError: the network is not suitable; the message names the subnets.
    """
    subnet_ids = list(network.subnet_ids)
    if len(subnet_ids) < at_least:
        raise ConstructError(
            scope,
            f"{len(subnet_ids)} subnets; at least {at_least} are required, each in its own availability zone",
            fix=f"list {at_least} zones in network.zones of the environment file",
        )
    duplicates = sorted({id for id in subnet_ids if subnet_ids.count(id) > 1})
    if duplicates:
        raise ConstructError(scope, f"duplicate subnet {duplicates[0]}", fix="pass one private subnet for each zone")
    # A DataVpc exposes the subnets it creates; existing public subnets are rejected by the gate and the plan.
    for subnet in dict(getattr(network, "subnets", {})).values():
        if subnet.map_public_ip_on_launch_input is True:
            raise ConstructError(
                scope,
                f"{subnet.node.path} is a public subnet: it assigns public IP addresses",
                fix="pass a network of private subnets; brokers accept connections from inside the VPC only",
            )


class BrokerSecurityGroup(Construct):
    """Security group of the brokers: ingress for IAM over TLS from the VPC or from named groups; no egress.

    Args:
        scope: the cluster.
        id: PascalCase id.
        network: the network of the brokers.
        name: the group's name.
        clients: ids of security groups that may connect; if empty, every client in the VPC may connect and IAM
            decides.

    Attributes:
        group: the `aws_security_group`.
        allows_whole_vpc: whether every client in the VPC may connect.
    """

    def __init__(self, scope: Construct, id: str, *, network: Network, name: str, clients: Sequence[str]) -> None:
        super().__init__(scope, id)
        self._clients: dict[str, _IngressRule] = {}
        self.group: Final = aws.security_group.SecurityGroup(
            self,
            "Group",
            name=name,
            vpc_id=network.vpc_id,
            description="Kafka brokers: IAM over TLS, from inside",
            # Rules are separate resources; without inline rules the provider removes the default egress rule.
            revoke_rules_on_delete=True,
            tags={"Name": name},
        )
        self.allows_whole_vpc: Final = not clients
        if self.allows_whole_vpc:
            self._rule("Network", cidr_ipv4=network.cidr)
        for client in clients:
            self.allow_from(client)

    def allow_from(self, security_group_id: str) -> _IngressRule:
        """Allow members of a security group to connect; return the rule, the same one for the same group."""
        if security_group_id not in self._clients:
            self._clients[security_group_id] = self._rule(
                f"Client{len(self._clients) + 1}", referenced_security_group_id=security_group_id
            )
        return self._clients[security_group_id]

    def _rule(self, id: str, **source: Any) -> _IngressRule:
        module = aws.vpc_security_group_ingress_rule
        return module.VpcSecurityGroupIngressRule(
            self,
            id,
            security_group_id=self.group.id,
            ip_protocol="tcp",
            from_port=IAM_PORT,
            to_port=IAM_PORT,
            description="Kafka clients: IAM over TLS",
            **source,
        )
