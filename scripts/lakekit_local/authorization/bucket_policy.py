"""Evaluate bucket policies, conditions included, before a request reaches S3.

moto denies a request if it cannot evaluate a condition, so a TLS-only policy would deny every object call. Here a
statement applies if principal, action, resource and **all** conditions match, as in IAM. An explicit Deny denies the
request. Other requests of the owning account are allowed (identity policies are not evaluated locally); requests of
other accounts need an explicit Allow.

Transport: the local cloud replaces the TLS endpoint (clients reach it as their proxy or as AWS_ENDPOINT_URL on
loopback), so requests have ``aws:SecureTransport = true`` and ``s3:TlsVersion = 1.3``.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, unquote

import xmltodict  # type: ignore[import-untyped]  # comes with moto
from moto.iam.models import iam_backends
from moto.s3.models import s3_backends
from moto.sts.models import sts_backends

from lakekit_local.authorization.conditions import as_list, conditions_match, wildcard_match
from lakekit_local.authorization.s3_actions import required_action
from lakekit_local.requests.registry import Call, RawResponse

# The root user can always replace a policy that denies everyone.
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
_ROOT_ALWAYS_ALLOWED = {"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"}

_HEADER_KEYS = (
    "x-amz-acl",
    "x-amz-copy-source",
    "x-amz-metadata-directive",
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-customer-algorithm",
    "x-amz-storage-class",
    "x-amz-grant-full-control",
    "x-amz-grant-read",
    "x-amz-grant-write",
    "x-amz-object-ownership",
)


def authorize_bucket_request(call: Call, environ: dict[str, Any]) -> RawResponse | None:
    """Return a 403 response if the bucket policy denies the call, else None."""
    name = call.params.get("Bucket")
    if call.service != "s3" or not name or call.operation == "CreateBucket":
        return None
    bucket = _bucket(str(name))
    if bucket is None:
        return None
    owner, partition = s3_backends.bucket_accounts.get(name, (call.partition, call.account))[::-1]
    policy = json.loads(bucket.policy) if bucket.policy else {"Statement": []}
    query = parse_qs(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    principal = principal_arn(call)
    context = _context(call, query, bucket, owner, principal)
    for action, key in _required_actions(call, query):
        resource = f"arn:{partition}:s3:::{name}" + (f"/{key}" if key else "")
        if action in _ROOT_ALWAYS_ALLOWED and principal.endswith(":root") and call.account == owner:
            continue
        verdict = evaluate_policy(policy, principal, action, resource, context)
        if verdict == "Deny":
            return _access_denied(principal, action, resource, "with an explicit deny in a resource-based policy")
        if verdict == "none" and call.account != owner:
            return _access_denied(principal, action, resource, "because no resource-based policy allows it")
    return None


def evaluate_policy(
    policy: Mapping[str, Any], principal: str, action: str, resource: str, context: Mapping[str, list[str]]
) -> str:
    """Return ``Deny``, ``Allow`` or ``none`` for one action on one resource."""
    verdict = "none"
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        if not (
            _principal_matches(statement, principal)
            and _element_matches(statement, "Action", action.lower(), lower=True)
            and _element_matches(statement, "Resource", resource)
            and conditions_match(statement.get("Condition"), context)
        ):
            continue
        if statement["Effect"] == "Deny":
            return "Deny"
        verdict = "Allow"
    return verdict


def principal_arn(call: Call) -> str:
    """Return the value of ``aws:PrincipalArn``: account root for dummy keys, else the assumed role or the user."""
    key = ""
    authorization = call.headers.get("authorization", "")
    if "Credential=" in authorization:
        key = authorization.split("Credential=", 1)[1].split("/", 1)[0]
    for role in sts_backends[call.account][call.partition].assumed_roles:
        if role.access_key_id == key:
            return str(role.role_arn)
    known = iam_backends[call.account][call.partition].access_keys.get(key)
    if known is not None and known.user_name:
        return f"arn:{call.partition}:iam::{call.account}:user/{known.user_name}"
    return f"arn:{call.partition}:iam::{call.account}:root"


def _bucket(name: str) -> Any:
    if name not in s3_backends.bucket_accounts:
        return None
    partition, account = s3_backends.bucket_accounts[name]
    return s3_backends[account][partition].buckets.get(name)


def _required_actions(call: Call, query: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """Return the IAM actions that a request needs, each with its object key."""
    if call.operation == "DeleteObjects":
        parsed = xmltodict.parse(call.body, force_list=("Object",))["Delete"].get("Object", [])
        return [
            ("s3:DeleteObjectVersion" if item.get("VersionId") else "s3:DeleteObject", item["Key"]) for item in parsed
        ]
    key = str(call.params.get("Key") or "")
    return [(required_action(call.operation, versioned="versionId" in query), key)]


def _context(
    call: Call, query: Mapping[str, list[str]], bucket: Any, owner: str, principal: str
) -> dict[str, list[str]]:
    headers = dict(call.headers)
    upload = bucket.multiparts.get(query.get("uploadId", [""])[0])
    if upload is not None:
        # Parts carry no encryption headers; S3 evaluates them with those of their upload.
        if upload.sse_encryption:
            headers.setdefault("x-amz-server-side-encryption", upload.sse_encryption)
        if upload.kms_key_id:
            headers.setdefault("x-amz-server-side-encryption-aws-kms-key-id", upload.kms_key_id)
    found = {f"s3:{name}": [unquote(headers[name])] for name in _HEADER_KEYS if name in headers}
    key_id = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    if key_id in found and not found[key_id][0].startswith("arn:"):
        # S3 compares the key ARN, in whatever form the request names the key.
        short = found[key_id][0]
        path = short if short.startswith("alias/") else f"key/{short}"
        found[key_id] = [f"arn:{call.partition}:kms:{call.region}:{call.account}:{path}"]
    for parameter, name in (("prefix", "s3:prefix"), ("delimiter", "s3:delimiter"), ("max-keys", "s3:max-keys")):
        if parameter in query:
            found[name] = query[parameter]
    if "versionId" in query:
        found["s3:versionid"] = query["versionId"]
    presigned = "X-Amz-Signature" in query
    return {
        **found,
        "s3:TlsVersion": ["1.3"],
        "s3:signatureversion": ["AWS4-HMAC-SHA256"],
        "s3:authType": ["REST-QUERY-STRING" if presigned else "REST-HEADER"],
        "s3:ResourceAccount": [owner],
        "aws:ResourceAccount": [owner],
        "aws:SecureTransport": ["true"],
        "aws:PrincipalArn": [principal],
        "aws:PrincipalAccount": [call.account],
        "aws:PrincipalType": ["Account" if principal.endswith(":root") else "AssumedRole"],
        "aws:PrincipalIsAWSService": ["false"],
        "aws:ViaAWSService": ["false"],
        "aws:RequestedRegion": [call.region],
        "aws:SourceIp": ["127.0.0.1"],
        "aws:UserAgent": [call.headers.get("user-agent", "")],
        "aws:CurrentTime": [datetime.now(UTC).isoformat()],
        "aws:EpochTime": [str(int(time.time()))],
    }


def _principal_matches(statement: Mapping[str, Any], principal: str) -> bool:
    if "NotPrincipal" in statement:
        return not _principal_in(statement["NotPrincipal"], principal)
    return _principal_in(statement.get("Principal"), principal)


def _principal_in(element: Any, principal: str) -> bool:
    if element == "*":
        return True
    account = principal.split(":")[4]
    # An account (ID or :root ARN) matches every role and user in it.
    names = {"*", principal, account, f"{principal.partition(':iam:')[0]}:iam::{account}:root"}
    return any(name in names for name in as_list((element or {}).get("AWS", [])))


def _element_matches(statement: Mapping[str, Any], element: str, value: str, *, lower: bool = False) -> bool:
    negated = f"Not{element}" in statement
    patterns = as_list(statement.get(f"Not{element}" if negated else element, []))
    found = any(wildcard_match(value, pattern.lower() if lower else pattern) for pattern in patterns)
    return found != negated


def _access_denied(principal: str, action: str, resource: str, why: str) -> RawResponse:
    message = f"User: {principal} is not authorized to perform: {action} on resource: &quot;{resource}&quot; {why}"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>AccessDenied</Code><Message>{message}</Message><RequestId>lakekit-local</RequestId></Error>"
    ).encode()
    return RawResponse(403, [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))], body)
