"""S3 Object Lock: settings of buckets that have objects, and the retention of objects, which moto does not answer.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html ("You can enable Object Lock for new
or existing buckets"), https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectRetention.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from moto.s3.models import FakeDeleteMarker, s3_backends

from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.requests.registry import Call, ServiceError, handles


def locked_object(call: Call) -> Any:
    """moto's model of the object, or of the version of it, that a request names; None if it does not exist."""
    name = str(call["Bucket"])
    if bucket(name) is None:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    version = call.get("VersionId")
    return s3_backends[account][partition].get_object(name, str(call["Key"]), version_id=version or None)


def retained_until(found: Any) -> datetime | None:
    """Until when the retention of an object lasts; None without one."""
    text = getattr(found, "lock_until", None)
    if not text or not getattr(found, "lock_mode", None):
        return None
    until = datetime.fromisoformat(str(text).replace("Z", "+00:00"))
    return until if until.tzinfo else until.replace(tzinfo=UTC)


@handles("s3", "PutObjectLockConfiguration")
def put_configuration(call: Call) -> None:
    made: Any = _bucket(call)
    settings = call.get("ObjectLockConfiguration") or {}
    if made.versioning_status != "Enabled":
        text = "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration"
        raise ServiceError("InvalidBucketState", text, 409)
    default = (settings.get("Rule") or {}).get("DefaultRetention") or {}
    days, years = default.get("Days"), default.get("Years")
    if settings.get("ObjectLockEnabled") != "Enabled" or (
        default and (not default.get("Mode") or (days is None) == (years is None))
    ):
        text = "The XML you provided was not well-formed or did not validate against our published schema"
        raise ServiceError("MalformedXML", text, 400)
    if default and (days or years or 0) < 1:
        text = "Default retention period must be a positive integer value."
        raise ServiceError("InvalidArgument", text, 400)
    made.object_lock_enabled = True
    made.default_lock_mode = default.get("Mode")
    made.default_lock_days, made.default_lock_years = days or 0, years or 0


@handles("s3", "GetObjectRetention")
def get_retention(call: Call) -> dict[str, Any]:
    if not _bucket(call).object_lock_enabled:
        raise ServiceError("InvalidRequest", "Bucket is missing Object Lock Configuration", 400)
    found = locked_object(call)
    if found is None or isinstance(found, FakeDeleteMarker):
        raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)
    until = retained_until(found)
    if until is None:
        text = "The specified object does not have a ObjectLock configuration"
        raise ServiceError("NoSuchObjectLockConfiguration", text, 404)
    return {"Retention": {"Mode": found.lock_mode, "RetainUntilDate": until}}


def _bucket(call: Call) -> Any:
    made = bucket(str(call["Bucket"]))
    if made is None:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404)
    return made
