"""S3: further actions that headers and parameters of a request need.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html, and the API reference of each
operation: "To use this header, you must have the s3:BypassGovernanceRetention permission" (DeleteObject),
"Permissions" of CreateBucket, PutObject, CopyObject, CreateMultipartUpload and GetObjectAttributes.
"""

from __future__ import annotations

from typing import Final

from lakekit_local.authorization.s3_actions import required_action
from lakekit_local.requests.registry import Call

_CREATES: Final = ("PutObject", "CopyObject", "CreateMultipartUpload")
_DELETES: Final = ("DeleteObject", "DeleteObjects", "PutObjectRetention")
_RETENTION: Final = {"x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date"}
_BYPASS: Final = "x-amz-bypass-governance-retention"


def further_actions(call: Call, *, versioned: bool) -> list[str]:
    """The actions on the object or the bucket of a request, in addition to that of its operation."""
    found: list[str] = []
    if call.operation in _CREATES:
        found += _of_new_object(call)
    elif call.operation == "CreateBucket":
        found += _of_new_bucket(call)
    elif call.operation in _DELETES and call.headers.get(_BYPASS, "").lower() == "true":
        found.append("s3:BypassGovernanceRetention")
    elif call.operation == "GetObjectAttributes":
        found.append(required_action("GetObject", versioned=versioned))
    return found


def copies_tags(call: Call) -> bool:
    """Whether a request takes over the tags of the object that it copies."""
    return call.operation == "CopyObject" and call.headers.get("x-amz-tagging-directive", "COPY").upper() != "REPLACE"


def _has_acl(call: Call) -> bool:
    return any(name == "x-amz-acl" or name.startswith("x-amz-grant-") for name in call.headers)


def _of_new_object(call: Call) -> list[str]:
    needed = {
        "s3:PutObjectTagging": bool(call.headers.get("x-amz-tagging")) and not copies_tags(call),
        "s3:PutObjectAcl": _has_acl(call),
        "s3:PutObjectRetention": bool(_RETENTION & set(call.headers)),
        "s3:PutObjectLegalHold": "x-amz-object-lock-legal-hold" in call.headers,
    }
    return [action for action, is_needed in needed.items() if is_needed]


def _of_new_bucket(call: Call) -> list[str]:
    locked = call.headers.get("x-amz-bucket-object-lock-enabled", "").lower() == "true"
    needed = {
        "s3:PutBucketAcl": _has_acl(call) and call.headers.get("x-amz-acl") != "private",
        "s3:PutBucketObjectLockConfiguration": locked,
        "s3:PutBucketVersioning": locked,
        "s3:PutBucketOwnershipControls": "x-amz-object-ownership" in call.headers,
    }
    return [action for action, is_needed in needed.items() if is_needed]
