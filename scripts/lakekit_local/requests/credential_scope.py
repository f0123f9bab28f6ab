"""Who is calling: account, region and service of a request, from its SigV4 credential scope."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

_ACCOUNT = re.compile(r"\d{12}")

# Signing names that are not botocore's service names, or that several services share.
# First match by X-Amz-Target prefix (JSON protocols), else the first service that knows the request.
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
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
    "elasticloadbalancing": ("elbv2",),
    "servicecatalog": ("servicecatalog", "servicecatalog-appregistry"),
}


@dataclass(frozen=True)
class CredentialScope:
    """The credential scope of one request."""

    access_key: str
    region: str
    signing_name: str

    @property
    def account(self) -> str | None:
        """The account, when the access key is a 12-digit account id (our dummy credentials are)."""
        return self.access_key if _ACCOUNT.fullmatch(self.access_key) else None

    @property
    def services(self) -> tuple[str, ...]:
        """botocore's names of the services that sign with this name."""
        return _SERVICES_BY_SIGNING_NAME.get(self.signing_name, (self.signing_name,))


def parse_credential_scope(environ: Mapping[str, object]) -> CredentialScope | None:
    """The scope from the Authorization header or, for presigned URLs, from the query; None when unsigned."""
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


def partition_of_region(region: str) -> str:
    """The AWS partition that a region belongs to."""
    if region.startswith("cn-"):
        return "aws-cn"
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws"
