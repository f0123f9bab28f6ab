"""Doors from the network to AWS, each with a policy that knows its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lakekit.access import Statement, document, statement
from lakekit.bindings import Construct, aws
from lakekit.naming import pascal, slug
from lakekit.stack import environment_of

# Buckets of AWS that engines in a private subnet install from, as the EMR management guide lists them for endpoint
# policies ("Configure Amazon VPC endpoint policies for S3 access"). Reading them gives nothing away.
_AWS_BUCKETS: Final = ("{region}.elasticmapreduce", "repo.{region}.emr.amazonaws.com", "al2023-repos-{region}-de612dc2")


class Endpoints(Construct):
    """A gateway endpoint for S3 and interface endpoints for other services, for our own alone.

    Each policy asks two questions: does the caller belong to us, and does what it calls? A credential from outside
    cannot be used from here, and ours cannot carry data to somebody else's bucket.

    Args:
        scope: where it stands.
        id: PascalCase id.
        vpc_id: the VPC.
        cidr: its address range, from which the endpoints may be called.
        subnets: where interface endpoints get their addresses.
        routes: the route tables that lead to S3 through the gateway.
        services: the interface endpoints, by the last words of their names.
        organization_id: whose accounts are ours; this account alone without it.

    Attributes:
        s3: the gateway `aws_vpc_endpoint`.
        interfaces: `aws_vpc_endpoint` by service.
        group: the `aws_security_group` of the interface endpoints.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc_id: str,
        cidr: str,
        subnets: Sequence[str],
        routes: Sequence[str],
        services: Sequence[str],
        organization_id: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self._ours = _ours(environment.account_id, organization_id)
        buckets = [names.bucket_arn(f"{name.format(region=environment.region)}/*") for name in _AWS_BUCKETS]
        # Package repositories are read without credentials, so there is no principal to ask for.
        here = {"StringEquals": {"aws:SourceVpc": vpc_id}}
        installs = statement("ReadPackagesOfAws", ["s3:GetObject"], buckets, principals="*", conditions=here)
        self.s3: Final[Any] = aws.vpc_endpoint.VpcEndpoint(
            self,
            "S3",
            vpc_id=vpc_id,
            service_name=self._service("s3"),
            vpc_endpoint_type="Gateway",
            route_table_ids=list(routes),
            policy=document([self._ours, installs]),
            tags={"Name": names.resource("s3")},
        )
        self.group: Any = None
        self.interfaces: Final[dict[str, Any]] = {}
        if not services:
            return
        self.group = aws.security_group.SecurityGroup(
            self,
            "Group",
            vpc_id=vpc_id,
            name=names.resource("endpoints"),
            description="Interface endpoints: HTTPS from the network, nothing out",
            tags={"Name": names.resource("endpoints")},
        )
        aws.vpc_security_group_ingress_rule.VpcSecurityGroupIngressRule(
            self,
            "Https",
            security_group_id=self.group.id,
            description="HTTPS from the network",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            cidr_ipv4=cidr,
        )
        for service in sorted(services):
            self.interfaces[service] = aws.vpc_endpoint.VpcEndpoint(
                self,
                pascal(slug(service)),
                vpc_id=vpc_id,
                service_name=self._service(service),
                vpc_endpoint_type="Interface",
                private_dns_enabled=True,
                subnet_ids=list(subnets),
                security_group_ids=[self.group.id],
                policy=document([self._ours]),
                tags={"Name": names.resource(slug(service))},
            )

    def _service(self, service: str) -> str:
        environment = environment_of(self)
        prefix = "cn.com.amazonaws" if environment.names.partition == "aws-cn" and service != "s3" else "com.amazonaws"
        return f"{prefix}.{environment.region}.{service}"


def _ours(account_id: str, organization_id: str | None) -> Statement:
    """Our principals on our resources (AWS data perimeter policy examples, VPC endpoint policies)."""
    if organization_id:
        conditions = {"aws:PrincipalOrgID": organization_id, "aws:ResourceOrgID": organization_id}
    else:
        conditions = {"aws:PrincipalAccount": account_id, "aws:ResourceAccount": account_id}
    return statement("OursOnOurs", ["*"], ["*"], principals="*", conditions={"StringEquals": conditions})
