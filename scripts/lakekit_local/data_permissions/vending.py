"""Credentials that Lake Formation vends: sessions of the role of a registered location, confined to one table.

Source: Lake Formation API reference, "GetTemporaryGlueTableCredentials": "Lake Formation assumes the role associated
with a registered location, for example an Amazon S3 bucket, with a scope down policy which restricts the access to a
single prefix".
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from lakekit_local.authorization.sessions import SessionRequest, assume
from lakekit_local.requests.registry import Call, ServiceError, new_id
from lakekit_local.services.lakeformation_locations import registered_location
from lakekit_policies.iam.evaluation import Caller, CallerKind

SERVICE: Final = "lakeformation.amazonaws.com"
_READ: Final = ("s3:GetObject", "s3:GetObjectVersion")
_WRITE: Final = ("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
_READ_KEY: Final = ("kms:Decrypt", "kms:DescribeKey")
_WRITE_KEY: Final = ("kms:Encrypt", "kms:GenerateDataKey")


def vend(call: Call, locations: Iterable[str], *, write: bool, seconds: int = 3600) -> Any:
    """Create a session of the role that the locations are registered with, and return moto's model of it.

    Args:
        call: the request for which the credentials are.
        locations: `s3://` paths of one registered location.
        write: allow changes of objects too.
        seconds: duration of the session.

    Raises:
        ServiceError: a location is not registered.
        RefusedError: Lake Formation may not assume the role.
    """
    locations = list(locations)
    registrations = [registered_location(call, one) for one in locations]
    if None in registrations or not registrations or registrations[0] is None:
        raise ServiceError("InvalidInputException", "The location of the table is not registered with Lake Formation.")
    policy = json.dumps(_confined(call.partition, locations, write=write), separators=(",", ":"))
    name = f"AWSLF-00-GL-{call.account}-{new_id()[:10]}"
    context = {"aws:sourceaccount": (call.account,), "aws:principalisawsservice": ("true",)}
    request = SessionRequest(
        str(registrations[0]["RoleArn"]), name, call.region, seconds=seconds, policy=policy, context=context
    )
    return assume(Caller(CallerKind.SERVICE, SERVICE), None, request, call.store)


def _confined(partition: str, locations: Iterable[str], *, write: bool) -> dict[str, Any]:
    """The session policy that confines the role to the locations."""
    paths = [one.partition("://")[2].rstrip("/") for one in locations]
    buckets = sorted({path.partition("/")[0] for path in paths})
    prefixes = [path.partition("/")[2] for path in paths]
    inside = {"StringLike": {"s3:prefix": [text for one in prefixes for text in (one, f"{one}/*")]}}
    arn = f"arn:{partition}:s3:::"
    statements: list[dict[str, Any]] = [
        {"Action": [*_READ, *(_WRITE if write else ())], "Resource": [f"{arn}{path}/*" for path in paths]},
        {"Action": "s3:ListBucket", "Resource": [arn + name for name in buckets], "Condition": inside},
        {"Action": "s3:GetBucketLocation", "Resource": [arn + name for name in buckets]},
        {"Action": [*_READ_KEY, *(_WRITE_KEY if write else ())], "Resource": "*"},
    ]
    return {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
