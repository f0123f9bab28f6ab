"""Changes that S3 Object Lock refuses.

Sources: Amazon S3 user guide, "Locking objects with Object Lock" (compliance mode: no shorter retention and no other
mode; governance mode: with ``s3:BypassGovernanceRetention`` and the header ``x-amz-bypass-governance-retention:true``),
"Object Lock considerations" (versioning cannot be suspended); API reference, "PutObject" (mode and date together).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError
from lakekit_local.services.s3_object_lock import locked_object, retained_until

_BYPASS: Final = "x-amz-bypass-governance-retention"
_PROTECTED: Final = "Access Denied because object protected by object lock."


@limits("s3", "PutBucketVersioning")
def versioning(call: Call) -> None:
    """Versioning of a bucket with Object Lock."""
    found: Any = bucket(str(call["Bucket"]))
    status = (call.get("VersioningConfiguration") or {}).get("Status")
    if found is not None and found.object_lock_enabled and status != "Enabled":
        text = "An Object Lock configuration is present on this bucket, so the versioning state cannot be changed."
        raise ServiceError("InvalidBucketState", text, 409)


@limits("s3", "PutObjectRetention")
def retention(call: Call) -> None:
    """Another retention of an object."""
    given = call.get("Retention") or {}
    mode, until = given.get("Mode"), _date(given.get("RetainUntilDate"))
    if (mode is None) != (until is None):
        text = "The XML you provided was not well-formed or did not validate against our published schema"
        raise ServiceError("MalformedXML", text, 400)
    _check_future(until)
    found = locked_object(call)
    held = retained_until(found)
    if held is None or held <= datetime.now(UTC):
        return
    loosens = until is None or until < held or (found.lock_mode == "COMPLIANCE" and mode != "COMPLIANCE")
    if loosens and (found.lock_mode == "COMPLIANCE" or not _bypasses(call)):
        raise ServiceError("AccessDenied", _PROTECTED, 403)


@limits("s3", "DeleteObject")
def deletion(call: Call) -> None:
    """A version of an object that is locked. The header counts only with the value true."""
    found: Any = locked_object(call) if call.get("VersionId") else None
    if hasattr(found, "is_locked") and found.is_locked(_bypasses(call)):
        raise ServiceError("AccessDenied", _PROTECTED, 403)


@limits("s3", "PutObject", "CopyObject", "CreateMultipartUpload")
def new_object(call: Call) -> None:
    """The retention of a new object."""
    mode, until = call.get("ObjectLockMode"), _date(call.get("ObjectLockRetainUntilDate"))
    if (mode is None) != (until is None):
        text = "x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied"
        raise ServiceError("InvalidArgument", text, 400)
    _check_future(until)


def _check_future(until: datetime | None) -> None:
    if until is not None and until <= datetime.now(UTC):
        raise ServiceError("InvalidArgument", "The retain until date must be in the future!", 400)


def _bypasses(call: Call) -> bool:
    return call.headers.get(_BYPASS, "").lower() == "true"


def _date(value: Any) -> datetime | None:
    """The date of a request, as botocore's parser gives it or as it was sent."""
    if value is None or isinstance(value, datetime):
        found = value
    else:
        found = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found
