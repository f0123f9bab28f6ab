"""Condition keys of requests to S3.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html and, for the keys that each action has,
the Service Authorization Reference. The user guide does not state how S3 rounds
``s3:object-lock-remaining-retention-days``: days that have begun are counted here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from lakekit_local.authorization.permissions import Permission
from lakekit_local.authorization.permissions.s3 import bucket, copy_source, object_tags, query
from lakekit_local.authorization.service_reference import find_action
from lakekit_local.requests.registry import Call

Values = dict[str, tuple[str, ...]]
_HEADERS: Final = (
    *("x-amz-acl", "x-amz-content-sha256", "x-amz-copy-source", "x-amz-metadata-directive"),
    *("x-amz-grant-full-control", "x-amz-grant-read", "x-amz-grant-read-acp"),
    *("x-amz-grant-write", "x-amz-grant-write-acp", "x-amz-object-ownership"),
    *("x-amz-server-side-encryption", "x-amz-server-side-encryption-aws-kms-key-id"),
    *("x-amz-server-side-encryption-customer-algorithm", "x-amz-storage-class", "x-amz-website-redirect-location"),
    *("if-match", "if-none-match"),
)
_LOCK_HEADERS: Final = ("object-lock-mode", "object-lock-retain-until-date", "object-lock-legal-hold")
_PARAMETERS: Final = ("prefix", "delimiter", "max-keys")
_KEY_ID: Final = "s3:x-amz-server-side-encryption-aws-kms-key-id"
_CREATIONS: Final = ("PutObject", "CopyObject", "CompleteMultipartUpload")
"""Operations with ``s3:ObjectCreationOperation = true``; those on parts of an upload have ``false``.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
"""


S3_KEYS: Final = frozenset(
    {
        *(f"s3:{name}" for name in (*_HEADERS, *_LOCK_HEADERS, *_PARAMETERS)),
        *("s3:versionid", "s3:locationconstraint", "s3:inventoryaccessibleoptionalfields"),
        *("s3:signatureversion", "s3:authtype", "s3:signatureage", "s3:object-lock-remaining-retention-days"),
        *("s3:requestobjecttag/", "s3:requestobjecttagkeys", "s3:existingobjecttag/"),
        *("s3:resourceaccount", "s3:tlsversion", "s3:objectcreationoperation"),
    }
)
"""The keys that `context_of_s3` sets."""


def context_of_s3(call: Call, permission: Permission, account: str) -> Values:
    """The condition keys of an action on a bucket or an object: those that the reference lists for it."""
    found = {
        **_of_request(call),
        **_of_signature(call),
        **_of_locks(call),
        **_of_tags(call, permission),
        "s3:resourceaccount": (account,),
        "s3:tlsversion": ("1.3",),
        "s3:objectcreationoperation": ("true" if call.operation in _CREATIONS else "false",),
    }
    action = find_action("s3", permission.action.removeprefix("s3:"))
    if action is None:
        return found
    return {name: one for name, one in found.items() if _base(name) in action.condition_keys}


def _base(name: str) -> str:
    """A key without the tag at its end."""
    base, slash, _ = name.partition("/")
    return f"{base}{slash}"


def _of_request(call: Call) -> Values:
    headers, parameters = dict(call.headers), query(call)
    found_bucket = bucket(str(call.params.get("Bucket") or ""))
    upload = found_bucket.multiparts.get(parameters.get("uploadId", [""])[0]) if found_bucket else None
    if upload is not None:
        # Parts carry no encryption headers; S3 evaluates them with those of their upload.
        if upload.sse_encryption:
            headers.setdefault("x-amz-server-side-encryption", upload.sse_encryption)
        if upload.kms_key_id:
            headers.setdefault("x-amz-server-side-encryption-aws-kms-key-id", upload.kms_key_id)
    found: Values = {f"s3:{name}": (unquote(headers[name]),) for name in _HEADERS if name in headers}
    if _KEY_ID in found and not found[_KEY_ID][0].startswith("arn:"):
        # S3 compares the key ARN, in whatever form the request names the key.
        short = found[_KEY_ID][0]
        path = short if short.startswith("alias/") else f"key/{short}"
        found[_KEY_ID] = (f"arn:{call.partition}:kms:{call.region}:{call.account}:{path}",)
    found |= {f"s3:{name}": (parameters[name][0],) for name in _PARAMETERS if name in parameters}
    if "versionId" in parameters:
        found["s3:versionid"] = (parameters["versionId"][0],)
    location = _member(call, "CreateBucketConfiguration").get("LocationConstraint")
    if location:
        found["s3:locationconstraint"] = (str(location),)
    fields = _member(call, "InventoryConfiguration").get("OptionalFields")
    if fields:
        found["s3:inventoryaccessibleoptionalfields"] = tuple(str(one) for one in fields)
    return found


def _of_signature(call: Call) -> Values:
    parameters = query(call)
    presigned = "X-Amz-Signature" in parameters
    found: Values = {
        "s3:signatureversion": ("AWS4-HMAC-SHA256",),
        "s3:authtype": ("REST-QUERY-STRING" if presigned else "REST-HEADER",),
    }
    signed = parameters.get("X-Amz-Date", [call.headers.get("x-amz-date", "")])[0]
    try:
        since = datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return found
    age = max(0, int((datetime.now(UTC) - since).total_seconds() * 1000))
    return {**found, "s3:signatureage": (str(age),)}


def _of_locks(call: Call) -> Values:
    headers = call.headers
    found: Values = {f"s3:{name}": (headers[f"x-amz-{name}"],) for name in _LOCK_HEADERS if f"x-amz-{name}" in headers}
    retention, hold = _member(call, "Retention"), _member(call, "LegalHold")
    if retention.get("Mode"):
        found["s3:object-lock-mode"] = (str(retention["Mode"]),)
    if hold.get("Status"):
        found["s3:object-lock-legal-hold"] = (str(hold["Status"]),)
    until = _time(retention.get("RetainUntilDate") or headers.get("x-amz-object-lock-retain-until-date"))
    if until is not None:
        found["s3:object-lock-retain-until-date"] = (until.strftime("%Y-%m-%dT%H:%M:%SZ"),)
        days = math.ceil((until - datetime.now(UTC)).total_seconds() / 86400)
        found["s3:object-lock-remaining-retention-days"] = (str(days),)
    return found


def _time(value: Any) -> datetime | None:
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value or ""))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _of_tags(call: Call, permission: Permission) -> Values:
    """Tags in the request, and those that the object has."""
    sent = dict(parse_qsl(call.headers.get("x-amz-tagging", ""), keep_blank_values=True))
    if call.operation == "PutObjectTagging":
        sent |= {str(one["Key"]): str(one["Value"]) for one in _member(call, "Tagging").get("TagSet") or ()}
    found: Values = {f"s3:requestobjecttag/{name.lower()}": (value,) for name, value in sent.items()}
    if sent:
        found["s3:requestobjecttagkeys"] = tuple(sent)
    name, _, key = permission.resource.rpartition(":::")[2].partition("/")
    if key and "*" not in name:
        source = copy_source(call)
        own = permission.context.get("s3:versionid", query(call).get("versionId", [""]))[0]
        version = source[2] if (name, key) == source[:2] else own
        existing = object_tags(name, key, version)
        found |= {f"s3:existingobjecttag/{one.lower()}": (value,) for one, value in existing.items()}
    return found


def _member(call: Call, name: str) -> Mapping[str, Any]:
    """A structure in the body of a request; empty if it has none."""
    found = call.params.get(name)
    return found if isinstance(found, Mapping) else {}
