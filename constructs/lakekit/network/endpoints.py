"""Doors from the network to AWS, each with a policy that knows its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.iam import Statement, document, statement
from lakekit.naming import pascal, slug

# Buckets of AWS that engines in a private subnet install from, as the EMR management guide lists them for endpoint
# policies ("Configure Amazon VPC endpoint policies for S3 access"). Reading them gives nothing away.
_AWS_BUCKETS: Final = ("{region}.elasticmapreduce", "repo.{region}.emr.amazonaws.com", "al2023-repos-{region}-de612dc2")
# Where EMR's own agents write, from the same guide ("Sample policies for private subnets that access Amazon S3"): what
# its support looks at, and what the Spark history server shows that EMR runs for each application.
_HISTORY: Final = "prod.{region}.appinfo.src"
_HISTORY_ACTIONS: Final = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]


class Endpoints(Construct):
    """A gateway endpoint for S3 and interface endpoints for other services, for our own alone.

    Each policy asks two questions: does the caller belong to us, and does what it calls? A credential from outside
    cannot be used from here, and ours cannot carry data to somebody else's bucket.

    Args:
        scope: parent construct.
        id: PascalCase id.
        vpc_id: the VPC.
        cidr: its address range, from which the endpoints may be called.
        subnets: where interface endpoints get their addresses.
        routes: the route tables that lead to S3 through the gateway.
        services: the interface endpoints, by the last words of their names.
        organization_id: whose accounts are ours; this account alone without it.
        spark: Spark on EMR runs here, serverless or not: its history server is fed.
        cluster: an EMR cluster runs here: its system logs go to EMR.

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
        spark: bool = False,
        cluster: bool = False,
    ) -> None:
        super().__init__(scope, id)
        environment = environment_of(self)
        names = environment.names
        self._perimeter_statement = _perimeter_statement(environment.account_id, organization_id)
        self.s3: Final = aws.vpc_endpoint.VpcEndpoint(
            self,
            "S3",
            vpc_id=vpc_id,
            service_name=self._service("s3"),
            vpc_endpoint_type="Gateway",
            route_table_ids=list(routes),
            policy=document(
                [self._perimeter_statement, *self._aws_owned_buckets(vpc_id, spark=spark, cluster=cluster)]
            ),
            tags={"Name": names.resource("s3")},
        )
        self.group: aws.security_group.SecurityGroup | None = None
        self.interfaces: Final[dict[str, aws.vpc_endpoint.VpcEndpoint]] = {}
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
                policy=document([self._perimeter_statement]),
                tags={"Name": names.resource(slug(service))},
            )

    def _aws_owned_buckets(self, vpc_id: str, *, spark: bool, cluster: bool) -> list[Statement]:
        """Buckets of AWS, each by its name and from this network alone.

        Packages are read without credentials, and EMR's agents write with those of EMR: there is no principal to ask
        for.
        """
        region = environment_of(self).region
        logs = "aws157-logs-prod" if region == "us-east-1" else f"aws157-logs-prod-{region}"
        history = _HISTORY.format(region=region)
        made = [self._from_this_vpc(vpc_id, "ReadPackagesOfAws", ["s3:GetObject"], *_AWS_BUCKETS)]
        if spark or cluster:
            made.append(self._from_this_vpc(vpc_id, "FeedSparkHistoryOfEmr", _HISTORY_ACTIONS, history))
        if cluster:
            made.append(self._from_this_vpc(vpc_id, "WriteSystemLogsOfEmr", ["s3:PutObject"], logs))
        return made

    def _from_this_vpc(self, vpc_id: str, sid: str, actions: Sequence[str], *buckets: str) -> Statement:
        environment = environment_of(self)
        named = [environment.names.bucket_arn(f"{bucket.format(region=environment.region)}/*") for bucket in buckets]
        here = {"StringEquals": {"aws:SourceVpc": vpc_id}}
        return statement(sid, list(actions), named, principals="*", conditions=here)

    def _service(self, service: str) -> str:
        environment = environment_of(self)
        prefix = "cn.com.amazonaws" if environment.names.partition == "aws-cn" and service != "s3" else "com.amazonaws"
        return f"{prefix}.{environment.region}.{service}"


def _perimeter_statement(account_id: str, organization_id: str | None) -> Statement:
    """Our principals on our resources (AWS data perimeter policy examples, VPC endpoint policies)."""
    if organization_id:
        conditions = {"aws:PrincipalOrgID": organization_id, "aws:ResourceOrgID": organization_id}
    else:
        conditions = {"aws:PrincipalAccount": account_id, "aws:ResourceAccount": account_id}
    return statement("OursOnOurs", ["*"], ["*"], principals="*", conditions={"StringEquals": conditions})
