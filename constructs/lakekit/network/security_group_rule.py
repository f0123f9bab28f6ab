"""A way between two security groups, open at both ends."""

from __future__ import annotations

from lakekit.bindings import Construct, aws


class SecurityGroupRule(Construct):
    """Lets members of one group call those of another: out at the source, in at the destination.

    One end alone is a way that nothing comes through: a group of ours lets nothing out that is not said.

    Args:
        scope: parent construct.
        id: PascalCase id.
        source: id of the security group that calls.
        destination: id of the one that answers; the same one for members among themselves.
        description: who calls whom for what.
        port: the TCP port; every protocol and port without one.
    """

    def __init__(
        self, scope: Construct, id: str, *, source: str, destination: str, description: str, port: int | None = None
    ) -> None:
        super().__init__(scope, id)
        what = {"ip_protocol": "-1"} if port is None else {"ip_protocol": "tcp", "from_port": port, "to_port": port}
        aws.vpc_security_group_egress_rule.VpcSecurityGroupEgressRule(
            self,
            "Out",
            security_group_id=source,
            referenced_security_group_id=destination,
            description=description,
            **what,
        )
        aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule(
            self,
            "In",
            security_group_id=destination,
            referenced_security_group_id=source,
            description=description,
            **what,
        )
