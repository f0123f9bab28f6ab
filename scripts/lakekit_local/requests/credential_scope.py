"""Account, region and service of a request, from its SigV4 credential scope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

_ACCOUNT = re.compile(r"\d{12}")

# Signing names that differ from botocore's service names or that several services share. The first service whose
# model matches the request is used.
_SERVICES_BY_SIGNING_NAME = {
    "airflow": ("mwaa",),
    "aws-marketplace": ("marketplace-catalog",),
    "cassandra": ("keyspaces",),
    "elasticmapreduce": ("emr",),
    "eventbridge": ("events",),
    "execute-api": ("apigatewaymanagementapi",),
    "kinesisanalytics": ("kinesisanalyticsv2", "kinesisanalytics"),
    "monitoring": ("cloudwatch",),
    "s3": ("s3", "s3control"),
    "servicequotas": ("service-quotas",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
    "elasticloadbalancing": ("elbv2",),
    "servicecatalog": ("servicecatalog", "servicecatalog-appregistry"),
}


@dataclass(frozen=True)
class CredentialScope:
    """Credential scope of a request."""

    access_key: str
    region: str
    signing_name: str

    @property
    def account(self) -> str | None:
        """Account ID, if the access key is one: the dummy credentials of the local cloud."""
        return self.access_key if _ACCOUNT.fullmatch(self.access_key) else None

    @property
    def services(self) -> tuple[str, ...]:
        """botocore's names of the services with this signing name."""
        return _SERVICES_BY_SIGNING_NAME.get(self.signing_name, (self.signing_name,))


def parse_credential_scope(environ: Mapping[str, object]) -> CredentialScope | None:
    """Return the scope from the Authorization header or, for presigned URLs, the query; None if unsigned."""
    credential = ""
    authorization = str(environ.get("HTTP_AUTHORIZATION", ""))
    if "Credential=" in authorization:
        credential = authorization.split("Credential=", 1)[1].split(",", 1)[0].strip()
    else:
        query = parse_qs(str(environ.get("QUERY_STRING", "")))
        credential = query.get("X-Amz-Credential", [""])[0]
    parts = credential.split("/")
    if len(parts) != 5:
        return None
    access_key, _date, region, service, _terminator = parts
    return CredentialScope(access_key, region, service.lower())


def unsigned_scope(body: bytes) -> CredentialScope:
    """Return the scope of an unsigned request, which only STS (tokens of identity providers) and S3 take."""
    return CredentialScope("", "us-east-1", "sts" if b"Action=AssumeRoleWith" in body else "s3")


def partition_of_region(region: str) -> str:
    """Return the AWS partition of a region."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"
