"""Public policies and ACLs that Block Public Access refuses, and ACLs of buckets that have none.

Sources: Amazon S3 user guide, "Blocking public access to your Amazon S3 storage" (``BlockPublicAcls``,
``BlockPublicPolicy``), "Default settings for new S3 buckets FAQ" and "Controlling ownership of objects and disabling
ACLs for your bucket" (requests that set ACLs fail with ``AccessControlListNotSupported`` unless the ACL gives the
bucket owner full control).
"""

from __future__ import annotations

from typing import Final

from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.authorization.public_access import blocks, has_public_acl, is_public
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

_OWNER: Final = "BucketOwnerEnforced"
_OBJECTS: Final = ("PutObject", "CopyObject", "CreateMultipartUpload")
_ACLS: Final = ("PutObjectAcl", "PutBucketAcl")


@limits("s3", "PutBucketPolicy")
def policy(call: Call) -> None:
    """A public policy."""
    given = call["Policy"]
    if is_public(given) and blocks(str(call["Bucket"]), "block_public_policy"):
        text = (
            f"User: {call.identity.caller.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "
            f'"arn:{call.partition}:s3:::{call["Bucket"]}" because public policies are prevented by the '
            "BlockPublicPolicy setting in S3 Block Public Access."
        )
        raise ServiceError("AccessDenied", text, 403)


@limits("s3", "CreateBucket")
def new_bucket(call: Call) -> None:
    """An ACL of a new bucket, which has none by default, and blocks public ones."""
    names = [one for one in call.headers if one == "x-amz-acl" or one.startswith("x-amz-grant-")]
    if not names or call.headers.get("x-amz-acl") == "private":
        return
    if call.headers.get("x-amz-object-ownership", _OWNER) == _OWNER:
        text = "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting"
        raise ServiceError("InvalidBucketAclWithObjectOwnership", text, 400)
    if has_public_acl(call.headers, None):
        text = "Bucket cannot have public ACLs set with BlockPublicAccess enabled"
        raise ServiceError("InvalidBucketAclWithBlockPublicAccessError", text, 400)


@limits("s3", *_OBJECTS, *_ACLS)
def acl(call: Call) -> None:
    """A public ACL, or an ACL in a bucket in which they are disabled."""
    name = str(call["Bucket"])
    names = [one for one in call.headers if one == "x-amz-acl" or one.startswith("x-amz-grant-")]
    document = call.params.get("AccessControlPolicy")
    if not names and not document:
        return
    owner_only = not document and call.headers.get("x-amz-acl") == "bucket-owner-full-control" and len(names) == 1
    if getattr(bucket(name), "ownership_rule", None) == _OWNER and not owner_only:
        raise ServiceError("AccessControlListNotSupported", "The bucket does not allow ACLs", 400)
    if has_public_acl(call.headers, document) and blocks(name, "block_public_acls"):
        text = "Access Denied because public access control lists (ACLs) are prevented by the BlockPublicAcls setting."
        raise ServiceError("AccessDenied", text, 403)
