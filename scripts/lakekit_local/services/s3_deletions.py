"""S3: DeleteObjects, which answers for each object whether it is deleted or refused.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
"""

from __future__ import annotations

from typing import Any, Final

from moto.s3.models import s3_backends

from lakekit_local.authorization.authorizer import denial_of
from lakekit_local.authorization.permissions.s3 import deletions, objects_to_delete
from lakekit_local.requests.registry import Call, ServiceError, handles

MAX_OBJECTS: Final = 1000
_MALFORMED: Final = "The XML you provided was not well-formed or did not validate against our published schema"


@handles("s3", "DeleteObjects")
def delete_objects(call: Call) -> dict[str, Any]:
    name = str(call["Bucket"])
    if name not in s3_backends.bucket_accounts:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404)
    partition, account = s3_backends.bucket_accounts[name]
    objects = objects_to_delete(call)
    if not 0 < len(objects) <= MAX_OBJECTS:
        raise ServiceError("MalformedXML", _MALFORMED, 400)
    errors: list[dict[str, str]] = []
    allowed = []
    for one in objects:
        denial = denial_of(call, call.identity, deletions(call, one))
        if denial is None:
            allowed.append(one)
        else:
            call.denials.append(denial)
            errors.append({**one, "Code": "AccessDenied", "Message": denial.message})
    bypass = call.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
    deleted, locked = s3_backends[account][partition].delete_objects(name, allowed, bypass)
    text = "Access Denied because object protected by object lock."
    errors += [{"Key": key, "Code": "AccessDenied", "Message": text} for key in locked]
    quiet = bool((call.get("Delete") or {}).get("Quiet"))
    return {"Deleted": [] if quiet else [_deleted(*one) for one in deleted], "Errors": errors}


def _deleted(key: str, version: str | None, marker: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {"Key": key}
    if version:
        found["VersionId"] = version
    return found | ({"DeleteMarker": True, "DeleteMarkerVersionId": marker} if marker else {})
