"""Names of services of VPC endpoints.

Sources: AWS PrivateLink guide, "AWS services that integrate with AWS PrivateLink"; Amazon EC2 API reference, "Error
codes" (``InvalidServiceName``). Most names are the endpoint prefix of the service, which botocore lists; the others are
listed here. Services of other accounts (``com.amazonaws.vpce.…``) are not looked up.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from botocore.loaders import Loader

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_OTHERS: Final = frozenset(
    (
        *("airflow.api", "airflow.env", "airflow.ops", "athena", "awsconnector", "bedrock-runtime", "cassandra-fips"),
        *("codeartifact.api", "codeartifact.repositories", "datasync", "ebs", "ecr.api", "ecr.dkr", "ecs-agent"),
        *("ecs-telemetry", "eks-auth", "elasticbeanstalk-health", "elasticfilesystem-fips", "emr-serverless"),
        *("emr-serverless-services.livy", "emrwal.prod", "git-codecommit", "glue.dashboard", "kafka", "kafkaconnect"),
        *("kinesis-firehose", "kinesis-streams", "kinesisanalytics", "kms-fips", "lakeformation", "msk", "q", "qapps"),
        *("redshift-serverless", "redshift-fips", "redshift-data", "rds-data", "s3express", "s3tables", "s3-outposts"),
        *("sagemaker.api", "sagemaker.runtime", "sagemaker.featurestore-runtime", "sagemaker.metrics", "scheduler"),
        *("securitylake", "servicecatalog-appregistry", "sync-states", "ssm", "ssmmessages", "ec2messages"),
        *("transfer.server", "verifiedpermissions", "xray", "guardduty-data", "notebook", "studio", "email-smtp"),
    )
)
_NAME: Final = re.compile(r"(?:cn\.)?com\.amazonaws\.(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.(?P<service>[a-z0-9.-]+)")
_OF_ACCOUNTS: Final = re.compile(r"com\.amazonaws\.vpce\.[a-z0-9-]+\.vpce-svc-[0-9a-f]+")
_GLOBAL: Final = ("com.amazonaws.s3-global.accesspoint",)


@limits("ec2", "CreateVpcEndpoint")
def endpoint_service(call: Call) -> None:
    """The service of an endpoint."""
    name = call.get("ServiceName")
    if not name or _OF_ACCOUNTS.fullmatch(str(name)) or name in _GLOBAL:
        return
    found = _NAME.fullmatch(str(name))
    region = str(call.get("ServiceRegion") or call.region)
    if not found or found["region"] != region or found["service"] not in _services():
        raise ServiceError("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist", 400)


@cache
def _services() -> frozenset[str]:
    partitions = Loader().load_data("endpoints")["partitions"]
    return _OTHERS | {name for one in partitions for name in one["services"]}
