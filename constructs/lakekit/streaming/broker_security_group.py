"""Where brokers stand: private subnets, one to a zone, and who may connect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.errors import ConstructError
from lakekit.network import Network

# Brokers with IAM over TLS, inside the VPC (MSK port information).
IAM_PORT: Final = 9098


def check_network(scope: Construct, network: Network, *, at_least: int) -> None:
    """Refuse too few zones, a subnet twice, and subnets that give out public addresses.

    Raises:
        ConstructError: names what was given.
    """
    subnet_ids = list(network.subnet_ids)
    if len(subnet_ids) < at_least:
        raise ConstructError(
            scope,
            f"{len(subnet_ids)} subnets; {at_least} are needed, each in a zone of its own",
            fix=f"name {at_least} zones in network.zones of the environment file",
        )
    twice = sorted({id for id in subnet_ids if subnet_ids.count(id) > 1})
    if twice:
        raise ConstructError(scope, f"subnet {twice[0]} stands twice", fix="pass one private subnet for each zone")
    # A network that makes its subnets shows them; those that others made are refused by the gate and the plan.
    for subnet in dict(getattr(network, "subnets", {})).values():
        if subnet.map_public_ip_on_launch_input is True:
            raise ConstructError(
                scope,
                f"{subnet.node.path} is a public subnet: it gives out public addresses",
                fix="pass a network of private subnets; nothing outside of it speaks to brokers",
            )


class BrokerSecurityGroup(Construct):
    """The security group of brokers: IAM over TLS from the network or from named groups; nothing else, in or out.

    Args:
        scope: the cluster.
        id: PascalCase id.
        network: where the brokers stand.
        name: the group's name.
        clients: security groups that may connect; none: whatever runs in the network may knock, and IAM decides.

    Attributes:
        group: the `aws_security_group`.
        allows_whole_vpc: whether whatever runs in the network may knock.
    """

    def __init__(self, scope: Construct, id: str, *, network: Network, name: str, clients: Sequence[str]) -> None:
        super().__init__(scope, id)
        self._clients: dict[str, Any] = {}
        self.group: Final[Any] = aws.security_group.SecurityGroup(
            self,
            "Group",
            name=name,
            vpc_id=network.vpc_id,
            description="Kafka brokers: IAM over TLS, from inside",
            # Rules are resources of their own; none inline means that what AWS adds by default is taken away.
            revoke_rules_on_delete=True,
            tags={"Name": name},
        )
        self.allows_whole_vpc: Final = not clients
        if self.allows_whole_vpc:
            self._rule("Network", cidr_ipv4=network.cidr)
        for client in clients:
            self.allow_from(client)

    def allow_from(self, security_group_id: str) -> Any:
        """Let members of a security group connect, and the rule that does; twice is once."""
        if security_group_id not in self._clients:
            self._clients[security_group_id] = self._rule(
                f"Client{len(self._clients) + 1}", referenced_security_group_id=security_group_id
            )
        return self._clients[security_group_id]

    def _rule(self, id: str, **source: Any) -> Any:
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
