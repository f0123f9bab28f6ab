"""VPC endpoints with policies limited to this account or organization."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lakekit.bindings import Construct, aws
from lakekit.core.stack import environment_of
from lakekit.iam import Statement, document, statement
from lakekit.naming import pascal, slug

# Buckets of AWS with packages for engines in private subnets, from the EMR management guide, "Configure Amazon VPC
# endpoint policies for S3 access". They contain public packages only.
_AWS_BUCKETS: Final = ("{region}.elasticmapreduce", "repo.{region}.emr.amazonaws.com", "al2023-repos-{region}-de612dc2")
# Buckets that EMR agents write to, from the same guide ("Sample policies for private subnets that access Amazon S3"):
# system logs for AWS support, and events for the persistent Spark history server.
_HISTORY: Final = "prod.{region}.appinfo.src"
_HISTORY_ACTIONS: Final = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"]


class Endpoints(Construct):
    """A gateway endpoint for S3 and interface endpoints for other services, limited to this account or organization.

    Each policy checks both the principal and the resource: credentials of other accounts cannot be used from the VPC,
    and no data can be written to buckets of other accounts.

    Args:
        scope: parent construct.
        id: PascalCase id.
        vpc_id: the VPC.
        cidr: address range of the VPC, allowed to call the endpoints.
        subnets: ids of the subnets of interface endpoints.
        routes: ids of the route tables with a route to the S3 gateway endpoint.
        services: services of interface endpoints, such as `glue`.
        organization_id: AWS Organizations id that the policies allow; only this account by default.
        spark: Spark on EMR runs in the VPC and writes to the Spark history server of EMR.
        cluster: an EMR cluster runs in the VPC and writes system logs to EMR.

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
        """Return the statements for buckets of AWS, by name and only from this VPC.

        Packages are read without credentials, and EMR agents use credentials of EMR: the statements cannot check the
        principal.
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
    """Return the statement for own principals on own resources (AWS data perimeter policy examples)."""
    if organization_id:
        conditions = {"aws:PrincipalOrgID": organization_id, "aws:ResourceOrgID": organization_id}
    else:
        conditions = {"aws:PrincipalAccount": account_id, "aws:ResourceAccount": account_id}
    return statement("OursOnOurs", ["*"], ["*"], principals="*", conditions={"StringEquals": conditions})
