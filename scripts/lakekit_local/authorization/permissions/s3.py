"""S3: actions of operations on buckets and objects, with the KMS key that encrypts the object.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, unquote

import xmltodict  # type: ignore[import-untyped]  # comes with moto
from moto.s3.models import FakeDeleteMarker, s3_backends

from lakekit_local.authorization.permissions.kms import encryption_context, key_arn
from lakekit_local.authorization.permissions.model import Permission
from lakekit_local.authorization.permissions.s3_headers import copies_tags, further_actions
from lakekit_local.authorization.s3_actions import required_action
from lakekit_local.requests.registry import Call

_WRITES: Final = ("PutObject", "CopyObject", "CreateMultipartUpload", "UploadPart", "UploadPartCopy")
_OF_UPLOADS: Final = ("UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "CreateMultipartUpload")
_READS: Final = ("GetObject", "SelectObjectContent")
_OF_OBJECTS: Final = ("GetObject", "HeadObject", "GetObjectAttributes")
_KEY_HEADER: Final = "x-amz-server-side-encryption-aws-kms-key-id"


def permissions(call: Call) -> list[Permission]:
    """The permissions of an operation on a bucket, on objects, or on all buckets."""
    name = str(call.params.get("Bucket") or "")
    if not name:
        return [Permission("s3:ListAllMyBuckets" if call.operation == "ListBuckets" else f"s3:{call.operation}", "*")]
    owner = s3_backends.bucket_accounts.get(name, (call.partition, call.account))[1]
    if call.operation == "DeleteObjects":
        return [permission for one in objects_to_delete(call) for permission in deletions(call, one)]
    versioned = "versionId" in query(call)
    actions = [required_action(call.operation, versioned=versioned), *further_actions(call, versioned=versioned)]
    resource = _arn(call, name, str(call.params.get("Key") or ""))
    found = [Permission(action, resource, account=owner) for action in actions]
    return [*found, *_missing(call, name, owner), *_source(call), *_encryption(call, name)]


def objects_to_delete(call: Call) -> list[dict[str, str]]:
    """The objects of DeleteObjects: `Key`, and `VersionId` if the request names one."""
    parsed = xmltodict.parse(call.body, force_list=("Object",), strip_whitespace=False)["Delete"].get("Object", [])
    return [{name: str(one[name]) for name in ("Key", "VersionId") if one.get(name)} for one in parsed]


def deletions(call: Call, item: dict[str, str]) -> list[Permission]:
    """The permissions to delete one object of DeleteObjects, which answers for each of them."""
    name = str(call.params.get("Bucket") or "")
    owner = s3_backends.bucket_accounts.get(name, (call.partition, call.account))[1]
    version = item.get("VersionId", "")
    context: dict[str, tuple[str, ...]] = {"s3:versionid": (version,)} if version else {}
    actions = ["s3:DeleteObjectVersion" if version else "s3:DeleteObject", *further_actions(call, versioned=False)]
    return [Permission(one, _arn(call, name, item["Key"]), context, owner, of_item=True) for one in actions]


def _missing(call: Call, name: str, owner: str) -> list[Permission]:
    """Only callers who may list the bucket learn that an object does not exist.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html ("Permissions"). The prefix is the key, so that
    a condition on prefixes holds as it does for a list with it.
    """
    found, key = bucket(name), str(call.params.get("Key") or "")
    if call.operation not in _OF_OBJECTS or found is None or query(call).get("versionId"):
        return []
    if has_object(name, key):
        return []
    return [Permission("s3:ListBucket", _arn(call, name, ""), {"s3:prefix": (key,)}, owner)]


def query(call: Call) -> dict[str, list[str]]:
    """The parameters in the query of a request."""
    return parse_qs(call.query, keep_blank_values=True)


def bucket(name: str) -> Any:
    """moto's model of a bucket; None if it does not exist."""
    if name not in s3_backends.bucket_accounts:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    return s3_backends[account][partition].buckets.get(name)


def stored_object(name: str, key: str, version: str = "") -> Any:
    """moto's model of an object or a version of it; None if it does not exist."""
    if bucket(name) is None:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    item = s3_backends[account][partition].get_object(name, key, version_id=version or None)
    return None if item is None or isinstance(item, FakeDeleteMarker) else item


def has_object(name: str, key: str) -> bool:
    """Whether a bucket exists and has an object."""
    return stored_object(name, key) is not None


def object_tags(name: str, key: str, version: str = "") -> dict[str, str]:
    """The tags of an object or a version of it."""
    item = stored_object(name, key, version)
    if item is None:
        return {}
    partition, account = s3_backends.bucket_accounts[name]
    return dict(s3_backends[account][partition].tagger.get_tag_dict_for_resource(item.arn))


def _arn(call: Call, name: str, key: str) -> str:
    return f"arn:{call.partition}:s3:::{name}" + (f"/{key}" if key else "")


def copy_source(call: Call) -> tuple[str, str, str]:
    """Bucket, key and version of the source of a copy; empty for other requests."""
    path, _, version = unquote(call.headers.get("x-amz-copy-source", "")).lstrip("/").partition("?versionId=")
    name, _, key = path.partition("/")
    return name, key, version


def _source(call: Call) -> list[Permission]:
    """Copies read their source, and its tags if they take them over."""
    name, key, version = copy_source(call)
    if not key or call.operation not in ("CopyObject", "UploadPartCopy"):
        return []
    owner = s3_backends.bucket_accounts.get(name, (call.partition, call.account))[1]
    found = [Permission(required_action("GetObject", versioned=bool(version)), _arn(call, name, key), account=owner)]
    if copies_tags(call) and object_tags(name, key, version):
        tagging = required_action("GetObjectTagging", versioned=bool(version))
        found.append(Permission(tagging, _arn(call, name, key), account=owner))
        target = str(call.params.get("Bucket") or "")
        to = s3_backends.bucket_accounts.get(target, (call.partition, call.account))[1]
        found.append(Permission("s3:PutObjectTagging", _arn(call, target, str(call["Key"])), account=to))
    return [*found, *_decryption(call, name, key, version)]


def _encryption(call: Call, name: str) -> list[Permission]:
    """Permissions on the KMS key: to generate a data key for a write, to decrypt one for a read."""
    key = str(call.params.get("Key") or "")
    if call.operation in _READS:
        return _decryption(call, name, key, query(call).get("versionId", [""])[0])
    found = bucket(name)
    if call.operation not in (*_WRITES, "CompleteMultipartUpload") or found is None:
        return []
    algorithm, key_id, with_bucket_key = _write_settings(call, found)
    if not algorithm.startswith("aws:kms") or not key_id:
        return []
    context = _kms_context(call, name, key, bucket_key=with_bucket_key)
    arn = key_arn(call, key_id)
    made = [Permission("kms:GenerateDataKey", arn, context)]
    if call.operation in _OF_UPLOADS:
        # S3 decrypts the parts to put them together.
        made.append(Permission("kms:Decrypt", arn, context))
    return made


def _write_settings(call: Call, found: Any) -> tuple[str, str, bool]:
    """Algorithm, key and use of a bucket key: those of the upload, of the request, or the default of the bucket."""
    upload = found.multiparts.get(query(call).get("uploadId", [""])[0])
    if upload is not None and upload.sse_encryption:
        return str(upload.sse_encryption), str(upload.kms_key_id or ""), False
    rule = (found.encryption or {}).get("Rule") or {}
    rule = rule[0] if isinstance(rule, list) else rule
    default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    algorithm = call.headers.get("x-amz-server-side-encryption") or str(default.get("SSEAlgorithm") or "")
    key_id = call.headers.get(_KEY_HEADER) or str(default.get("KMSMasterKeyID") or "")
    return algorithm, key_id, str(rule.get("BucketKeyEnabled")).lower() == "true"


def _decryption(call: Call, name: str, key: str, version: str) -> list[Permission]:
    item = stored_object(name, key, version)
    encryption, key_id = str(getattr(item, "encryption", "") or ""), getattr(item, "kms_key_id", None)
    if not encryption.startswith("aws:kms") or not key_id:
        return []
    with_bucket_key = str(getattr(item, "bucket_key_enabled", "")).lower() == "true"
    context = _kms_context(call, name, key, bucket_key=with_bucket_key)
    return [Permission("kms:Decrypt", key_arn(call, str(key_id)), context)]


def _kms_context(call: Call, name: str, key: str, *, bucket_key: bool) -> dict[str, tuple[str, ...]]:
    """Condition keys of a request to KMS by S3 for the caller; with a bucket key, the context is the bucket."""
    context = encryption_context({"aws:s3:arn": _arn(call, name, "" if bucket_key else key)})
    return {**context, "kms:viaservice": (f"s3.{call.region}.amazonaws.com",)}
