"""Security group rules between two security groups."""

from __future__ import annotations

from lakekit.bindings import Construct, aws


class SecurityGroupRule(Construct):
    """Allow traffic from one security group to another: egress at the source, ingress at the destination.

    Both rules are needed, since the security groups have no default egress.

    Args:
        scope: parent construct.
        id: PascalCase id.
        source: id of the source group.
        destination: id of the destination group; the same id for traffic between members.
        description: description of both rules.
        port: the TCP port; all protocols and ports by default.
    """

    def __init__(
        self, scope: Construct, id: str, *, source: str, destination: str, description: str, port: int | None = None
    ) -> None:
        super().__init__(scope, id)
        ports = {"ip_protocol": "-1"} if port is None else {"ip_protocol": "tcp", "from_port": port, "to_port": port}
        aws.vpc_security_group_egress_rule.VpcSecurityGroupEgressRule(
            self,
            "Out",
            security_group_id=source,
            referenced_security_group_id=destination,
            description=description,
            **ports,
        )
        aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule(
            self,
            "In",
            security_group_id=destination,
            referenced_security_group_id=source,
            description=description,
            **ports,
        )
