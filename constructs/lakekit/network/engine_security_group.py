"""Security groups of engines."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of, stack_of
from lakekit.environment import Nat
from lakekit.naming import slug
from lakekit.network.reference import Network


class EngineSecurityGroup(Construct):
    """A security group for workers of an engine: egress to VPC endpoints and S3 over HTTPS, no ingress.

    Args:
        scope: parent construct.
        id: PascalCase id.
        network: the network.
        description: description of the group.
        name: kebab-case name; `<stack>-<parent's id>-<id>` by default.
        self_referencing: allow all TCP traffic between members, as Spark needs.

    Attributes:
        name: physical name, a literal.
        resource: the `aws_security_group`.
        security_group_id: id of the group, known after apply.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        network: Network,
        description: str,
        name: str | None = None,
        self_referencing: bool = False,
    ) -> None:
        super().__init__(scope, id)
        names = environment_of(self).names
        parts = [name] if name else [stack_of(self).stack_name, slug(scope.node.id), slug(id)]
        self.name: Final = names.resource(*parts)
        self.resource: Final = aws.security_group.SecurityGroup(
            self,
            "Group",
            vpc_id=network.vpc_id,
            name=self.name,
            description=description,
            # AWS services add rules, which would prevent the deletion of the group.
            revoke_rules_on_delete=True,
            tags={"Name": self.name},
        )
        self.allow_egress("Endpoints", "HTTPS to the endpoints of AWS services", 443, cidr=network.cidr)
        self.allow_egress(
            "S3", "HTTPS to S3 through the gateway endpoint", 443, prefix_list_id=network.s3_prefix_list_id
        )
        if network.nat is not Nat.NONE:
            self.allow_egress("Internet", "HTTPS to the internet through NAT", 443, cidr="0.0.0.0/0")
        if self_referencing:
            for direction, verb in (("Ingress", "from"), ("Egress", "to")):
                self._rule(
                    direction,
                    f"Own{direction}",
                    description=f"Any TCP {verb} its own members",
                    from_port=0,
                    to_port=65535,
                    referenced_security_group_id=self.resource.id,
                )

    @cached_property
    def security_group_id(self) -> str:
        """Id of the group; always the same reference, so that callers can compare groups."""
        return self.resource.id

    def allow_egress(
        self,
        id: str,
        description: str,
        port: int,
        *,
        cidr: str | None = None,
        prefix_list_id: str | None = None,
        security_group_id: str | None = None,
    ) -> None:
        """Allow egress to a TCP port of an address range, a prefix list or the members of a security group."""
        self._rule(
            "Egress",
            f"To{id}",
            description=description,
            from_port=port,
            to_port=port,
            cidr_ipv4=cidr,
            prefix_list_id=prefix_list_id,
            referenced_security_group_id=security_group_id,
        )

    def _rule(self, direction: str, id: str, **arguments: Any) -> None:
        module = getattr(aws, f"vpc_security_group_{direction.lower()}_rule")
        getattr(module, f"VpcSecurityGroup{direction}Rule")(
            self, id, security_group_id=self.resource.id, ip_protocol="tcp", **arguments
        )
