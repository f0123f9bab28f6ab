"""Glue JDBC connections with credentials in Secrets Manager."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws, cdktf
from lakekit.core.stack import environment_of, stack_of
from lakekit.environment.network import private_range
from lakekit.errors import ConstructError
from lakekit.iam import Grantee, resolve_grantee, statement
from lakekit.iam.policy import Conditions
from lakekit.naming import slug
from lakekit.network import EngineSecurityGroup, Network, VpcReference
from lakekit.processing.jdbc_url import ports
from lakekit_policies.secrets.find import is_secret

_CREDENTIALS: Final = re.compile(r"(?i)(?:[?&;](?:user|username|uid|password|pwd)=|//[^/@\s]+:[^/@\s]*@)")


class GlueConnection(Construct):
    """JDBC connection from a private subnet, over TLS, with username and password in Secrets Manager.

    Args:
        scope: parent construct.
        id: PascalCase id; default of `name`.
        url: JDBC URL without credentials.
        secret: name or ARN of the secret with `username` and `password`.
        description: description of the database.
        network: network to connect from; the environment's by default.
        server: id of the database's security group, or the private CIDR range of the database; the range of the
            network by default. Egress is limited to it, on the ports of the URL or the default port of the engine.
        availability_zone: letter of the subnet's availability zone, such as `a`; the network's first by default.
        name: short name in kebab case; the physical name is `<organization>-<environment>-<stack>-<name>`.

    Attributes:
        name: physical name, a literal.
        group: EngineSecurityGroup of the workers; the database has to allow ingress from it.
        resource: the `aws_glue_connection`.

    Raises:
        ConstructError: credentials in the URL, an unknown port, no secret, a server that is neither a security group
            nor a private range, or an availability zone without a subnet.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        url: str,
        secret: str,
        description: str,
        network: Network | None = None,
        server: str | None = None,
        availability_zone: str | None = None,
        name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        if _CREDENTIALS.search(url) or is_secret("url", url):
            raise ConstructError(
                self, "the URL contains credentials", fix="store them in Secrets Manager and pass the secret's name"
            )
        listening = self._ports(url)
        if not secret.strip():
            raise ConstructError(
                self, "secret is empty", fix="store username and password in Secrets Manager and pass the secret's name"
            )
        network = network or VpcReference.of_stack(self)
        zone = availability_zone or network.zones[0]
        if zone not in network.zones:
            raise ConstructError(
                self,
                f"the network has no availability zone {zone!r}; it has {', '.join(network.zones)}",
                fix="use one of them",
            )
        environment = environment_of(self)
        self._secret = secret
        self._vpc_id = network.vpc_id
        self._subnet_id = network.subnet_ids[list(network.zones).index(zone)]
        self.name: Final = environment.names.resource(stack_of(self).stack_name, name or slug(id))
        self.group: Final = EngineSecurityGroup(
            self,
            "Workers",
            network=network,
            description=f"Glue workers of the connection {self.name}",
            # Glue requires a self-referencing rule for all TCP ports (Glue, "Setting up a VPC").
            self_referencing=True,
        )
        self._allow_database_egress(server or network.cidr, listening)
        module = aws.glue_connection
        self.resource: Final = module.GlueConnection(
            self,
            "Connection",
            name=self.name,
            description=description,
            connection_type="JDBC",
            connection_properties={
                "JDBC_CONNECTION_URL": url,
                "SECRET_ID": secret,
                "JDBC_ENFORCE_SSL": "true",
            },
            physical_connection_requirements=module.GlueConnectionPhysicalConnectionRequirements(
                availability_zone=f"{environment.region}{zone}",
                subnet_id=self._subnet_id,
                security_group_id_list=[self.group.security_group_id],
            ),
        )

    def _ports(self, url: str) -> tuple[int, ...]:
        try:
            return ports(url)
        except ValueError as error:
            shown = url.split("?", maxsplit=1)[0]
            raise ConstructError(self, f"url {shown}: {error}", fix="write jdbc:engine://host:port/db") from error

    def _allow_database_egress(self, server: str, listening: Sequence[int]) -> None:
        """Allow egress from the workers to the database."""
        if server.startswith("sg-") or cdktf.Token.is_unresolved(server):
            target = {"security_group_id": server}
        else:
            try:
                target = {"cidr": private_range(server, 8, 32)}
            except ValueError as error:
                fix = "pass the id of the database's security group, or its private CIDR range"
                raise ConstructError(self, f"server {error}", fix=fix) from error
        for port in listening:
            self.group.allow_egress(f"Database{port}", "The database of the connection", port, **target)

    def grant_use(self, grantee: Grantee) -> None:
        """Grant a role to connect: read the connection and its secret, and create network interfaces.

        Jobs with the connection in their GlueRuntime are granted it.

        Args:
            grantee: a role, a construct with a role, or the name or ARN of a role of this account.
        """
        role = resolve_grantee(self, grantee)
        names = environment_of(self).names
        role.allow(
            statement(
                "ReadConnection",
                ["glue:GetConnection"],
                [names.arn("glue", "catalog"), names.arn("glue", f"connection/{self.name}")],
            )
        )
        secret = names.secret_arn(self._secret)
        role.allow(statement("ReadConnectionSecret", ["secretsmanager:GetSecretValue"], [secret]))
        described = ("RouteTables", "SecurityGroups", "Subnets", "NetworkInterfaces", "VpcEndpoints")
        role.allow(statement("SeeNetwork", [f"ec2:Describe{kind}" for kind in described], ["*"]))
        vpc = names.arn("ec2", f"vpc/{self._vpc_id}")
        role.allow(statement("SeeVpc", ["ec2:DescribeVpcAttribute"], [vpc]))
        placement = [names.arn("ec2", kind) for kind in ("network-interface/*", "subnet/*", "security-group/*")]
        role.allow(statement("PlaceInterfaces", ["ec2:CreateNetworkInterface"], placement))
        # AWSGlueServiceRole limits tags to this key, whether Glue sets it in the call that creates the interface or
        # later: the first has the name of that call as a condition key, the second the subnet.
        subnet = {"ec2:Subnet": names.arn("ec2", f"subnet/{self._subnet_id}")}
        keys: dict[str, dict[str, str | list[str]]] = {
            "ForAllValues:StringEquals": {"aws:TagKeys": ["aws-glue-service-resource"]}
        }
        made: Conditions = {**keys, "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"}}
        role.allow(statement("TagNewInterfaces", ["ec2:CreateTags"], placement[:1], conditions=made))
        own: Conditions = {**keys, "ArnEquals": subnet}
        role.allow(statement("TagInterfaces", ["ec2:CreateTags"], placement[:1], conditions=own))
        tagged: Conditions = {**keys, "Null": {"aws:ResourceTag/aws-glue-service-resource": "false"}}
        role.allow(statement("UntagInterfaces", ["ec2:DeleteTags"], placement[:1], conditions=tagged))
        # By subnet instead of tag: an interface without the tag would keep its address for good.
        inside = {"ArnEquals": subnet}
        role.allow(statement("RemoveInterfaces", ["ec2:DeleteNetworkInterface"], placement[:1], conditions=inside))
