"""Rules of requests to S3 that its service model does not state.

Sources: Amazon S3 user guide, "Naming Amazon S3 objects" (1,024 bytes), "Working with object metadata" (2 KB),
"Checking object integrity", "Verifying bucket ownership with bucket owner condition"; API reference, "PutObject" and
"CopyObject" (conditional requests, ``x-amz-server-side-encryption-aws-kms-key-id``), "Error responses". Bodies that are
sent in signed chunks are not compared with checksums.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from moto.s3.models import s3_backends

from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

MAX_KEY: Final = 1024
MAX_METADATA: Final = 2048
_WRITES: Final = ("PutObject", "CreateMultipartUpload", "CopyObject")
_COPIES: Final = ("CopyObject", "UploadPartCopy")
_OWNED: Final = (
    *("GetObject", "HeadObject", "PutObject", "DeleteObject", "DeleteObjects", "CopyObject", "CreateMultipartUpload"),
    *("UploadPart", "UploadPartCopy", "CompleteMultipartUpload", "ListObjectsV2", "ListObjects", "HeadBucket"),
    *("GetBucketPolicy", "PutBucketPolicy", "GetBucketLocation"),
)
_DIGESTS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "crc32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "sha1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "sha256": lambda body: hashlib.sha256(body).digest(),
}


@limits("s3", *_OWNED)
def expected_owner(call: Call) -> None:
    """The account that the request expects to own the bucket."""
    expected = call.headers.get("x-amz-expected-bucket-owner")
    owner = s3_backends.bucket_accounts.get(str(call.params.get("Bucket")), ("", ""))[1]
    if expected and owner and expected != owner:
        raise ServiceError("AccessDenied", "Access Denied", 403)


@limits("s3", *_WRITES)
def sizes(call: Call) -> None:
    """The sizes of the key and of the metadata of the user."""
    if len(str(call["Key"]).encode()) > MAX_KEY:
        raise ServiceError("KeyTooLongError", "Your key is too long", 400)
    metadata = call.get("Metadata") or {}
    if sum(len(str(name).encode()) + len(str(value).encode()) for name, value in metadata.items()) > MAX_METADATA:
        raise ServiceError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size", 400)


@limits("s3", *_WRITES)
def key_of_encryption(call: Call) -> None:
    """A key needs the algorithm that uses it."""
    if call.get("SSEKMSKeyId") and not str(call.get("ServerSideEncryption") or "").startswith("aws:kms"):
        text = (
            "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : "
            "aws:kms"
        )
        raise ServiceError("InvalidArgument", text, 400)


@limits("s3", *_WRITES, "PutObjectTagging")
def tag_keys(call: Call) -> None:
    """The keys of tags are unique."""
    sent = [name for name, _ in parse_qsl(str(call.get("Tagging") or ""), keep_blank_values=True)]
    if call.operation == "PutObjectTagging":
        sent = [one["Key"] for one in call["Tagging"].get("TagSet") or ()]
    if len(set(sent)) == len(sent):
        return
    if call.operation == "PutObjectTagging":
        raise ServiceError("InvalidTag", "Cannot provide multiple Tags with the same key", 400)
    text = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name "
    raise ServiceError("InvalidArgument", f"{text}duplicates.", 400)


@limits("s3", "PutObject", "UploadPart")
def digests(call: Call) -> None:
    """The digests that a request states are those of its body."""
    if "aws-chunked" in call.headers.get("content-encoding", ""):
        return
    given = call.headers.get("content-md5")
    if given is not None:
        if len(_decoded(given)) != 16:
            raise ServiceError("InvalidDigest", "The Content-MD5 you specified was invalid.", 400)
        if _decoded(given) != hashlib.md5(call.body, usedforsecurity=False).digest():
            raise ServiceError("BadDigest", "The Content-MD5 you specified did not match what we received.", 400)
    for name, digest in _DIGESTS.items():
        given = call.headers.get(f"x-amz-checksum-{name}")
        if given is not None and _decoded(given) != digest(call.body):
            text = f"The {name.upper()} you specified did not match the calculated checksum."
            raise ServiceError("BadDigest", text, 400)


@limits("s3", "PutObject", "CompleteMultipartUpload")
def none_match(call: Call) -> None:
    """If-None-Match takes * only in writes."""
    if call.headers.get("if-none-match", "*") != "*":
        text = "A header you provided implies functionality that is not implemented"
        raise ServiceError("NotImplemented", text, 501)


@limits("s3", *_COPIES)
def conditions_of_copies(call: Call) -> None:
    """The ETag of the source of a copy."""
    found = _source(call)
    if found is None:
        return
    etag = str(found.etag).strip('"')
    wanted = call.headers.get("x-amz-copy-source-if-match")
    excluded = call.headers.get("x-amz-copy-source-if-none-match")
    if (wanted is not None and wanted.strip('"') not in (etag, "*")) or (
        excluded is not None and excluded.strip('"') in (etag, "*")
    ):
        text = "At least one of the pre-conditions you specified did not hold"
        raise ServiceError("PreconditionFailed", text, 412)


def _source(call: Call) -> Any:
    path, _, version = unquote(call.headers.get("x-amz-copy-source", "")).lstrip("/").partition("?versionId=")
    name, _, key = path.partition("/")
    if bucket(name) is None:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    found: Any = s3_backends[account][partition].get_object(name, key, version_id=version or None)
    return found if hasattr(found, "etag") else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
