"""Lake Formation: register locations, and find the one that holds a path.

Source: AWS Lake Formation Developer Guide, "Adding an Amazon S3 location to your data lake": a registration covers
everything below its path; the most specific one applies.
"""

from __future__ import annotations

from typing import Any

from lakekit_local.requests.registry import Call, handles, now
from lakekit_local.requests.store import Record, Table


@handles("lakeformation", "RegisterResource")
def register(call: Call) -> None:
    arn = call["ResourceArn"]
    role = call.get("RoleArn")
    if call.get("UseServiceLinkedRole"):
        path = "role/aws-service-role/lakeformation.amazonaws.com/AWSServiceRoleForLakeFormationDataAccess"
        role = call.arn(path, service="iam", region="")
    record = {"ResourceArn": arn, "RoleArn": role, "LastModified": now()}
    record |= call.pick("WithFederation", "HybridAccessEnabled", "WithPrivilegedAccess")
    _locations(call).create(arn, record)


@handles("lakeformation", "UpdateResource")
def update_resource(call: Call) -> None:
    changes = call.pick("RoleArn", "WithFederation", "HybridAccessEnabled")
    _locations(call).update(call["ResourceArn"], {**changes, "LastModified": now()})


@handles("lakeformation", "DescribeResource")
def describe_resource(call: Call) -> dict[str, Any]:
    return {"ResourceInfo": _locations(call).get(call["ResourceArn"])}


@handles("lakeformation", "ListResources")
def list_resources(call: Call) -> dict[str, Any]:
    return {"ResourceInfoList": _locations(call).all()}


@handles("lakeformation", "DeregisterResource")
def deregister(call: Call) -> None:
    _locations(call).delete(call["ResourceArn"])


def registered_location(call: Call, location: str) -> Record | None:
    """Return the registration that covers an ``s3://`` location, or None.

    Args:
        call: a request to any service, for account and region.
        location: ``s3://bucket/path``; ``s3a`` and ``s3n`` are the same.
    """
    scheme, separator, path = location.partition("://")
    if scheme.lower() not in ("s3", "s3a", "s3n") or not separator:
        return None
    path = path.rstrip("/")
    covering = [
        record
        for record in _locations(call).all()
        if path == (prefix := record["ResourceArn"].split(":::", 1)[-1].rstrip("/")) or path.startswith(f"{prefix}/")
    ]
    return max(covering, key=lambda record: len(record["ResourceArn"]), default=None)


def s3_arn(call: Call, location: str) -> str:
    """The ARN of an ``s3://`` location."""
    return f"arn:{call.partition}:s3:::{location.partition('://')[2].rstrip('/')}"


def _locations(call: Call) -> Table:
    return call.table_of("lakeformation", "location", "EntityNotFoundException", "AlreadyExistsException")
