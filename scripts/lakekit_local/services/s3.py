"""S3: bucket settings that moto drops, truncates or mistakes for the bucket itself.

Settings are stored as parsed by the model and returned unchanged. (In moto, PUT of an unknown sub-resource creates
the bucket and DELETE of one deletes it.)
"""

from __future__ import annotations

from typing import Any

from moto.s3.models import PublicAccessBlock, s3_backends

from lakekit_local.authorization.permissions.s3 import bucket
from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handles


def _require_bucket(call: Call) -> str:
    name = str(call["Bucket"])
    if name not in s3_backends.bucket_accounts:
        raise ServiceError("NoSuchBucket", "The specified bucket does not exist", 404)
    return name


def _many(kind: str, noun: str) -> None:
    """Register handlers for a setting of which a bucket has several documents, each with an ID."""
    payload = f"{noun}Configuration"

    def put_one(call: Call) -> None:
        call.table(kind).put(f"{_require_bucket(call)}/{call['Id']}", call[payload])

    def get_one(call: Call) -> dict[str, Any]:
        found = call.table(kind).find(f"{_require_bucket(call)}/{call['Id']}")
        if found is None:
            raise ServiceError("NoSuchConfiguration", "The specified configuration does not exist.", 404)
        return {payload: found}

    def delete_one(call: Call) -> None:
        get_one(call)
        call.table(kind).discard(f"{call['Bucket']}/{call['Id']}")

    def list_all(call: Call) -> dict[str, Any]:
        prefix = f"{_require_bucket(call)}/"
        found = [record for key, record in call.table(kind).items() if key.startswith(prefix)]
        return {f"{payload}List": found, "IsTruncated": False}

    handles("s3", f"PutBucket{payload}")(put_one)
    handles("s3", f"GetBucket{payload}")(get_one)
    handles("s3", f"DeleteBucket{payload}")(delete_one)
    handles("s3", f"ListBucket{payload}s")(list_all)


_MANY = {
    "inventory": "Inventory",
    "metrics": "Metrics",
    "analytics": "Analytics",
    "intelligent tiering": "IntelligentTiering",
}

for _kind, _noun in _MANY.items():
    _many(_kind, _noun)


@handles("s3", "PutBucketLogging")
def put_logging(call: Call) -> None:
    call.table("logging").put(_require_bucket(call), call.get("BucketLoggingStatus", {}))


@handles("s3", "GetBucketLogging")
def get_logging(call: Call) -> dict[str, Any]:
    return call.table("logging").find(_require_bucket(call)) or {}


@handles("s3", "PutBucketRequestPayment")
def put_payer(call: Call) -> None:
    call.table("request payment").put(_require_bucket(call), call["RequestPaymentConfiguration"])


@handles("s3", "GetBucketRequestPayment")
def get_payer(call: Call) -> dict[str, Any]:
    return call.table("request payment").find(_require_bucket(call)) or {"Payer": "BucketOwner"}


@handles("s3", "PutBucketLifecycleConfiguration")
def put_lifecycle(call: Call) -> dict[str, Any]:
    size = call.get("TransitionDefaultMinimumObjectSize", "all_storage_classes_128K")
    rules = call["LifecycleConfiguration"]["Rules"]
    for number, rule in enumerate(rules):
        rule.setdefault("ID", f"rule-{number}")
    record = {"Rules": rules, "TransitionDefaultMinimumObjectSize": size}
    call.table("lifecycle").put(_require_bucket(call), record)
    return {"TransitionDefaultMinimumObjectSize": size}


@handles("s3", "GetBucketLifecycleConfiguration")
def get_lifecycle(call: Call) -> dict[str, Any]:
    found = call.table("lifecycle").find(_require_bucket(call))
    if found is None:
        raise ServiceError("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404)
    return found


@handles("s3", "DeleteBucketLifecycle")
def delete_lifecycle(call: Call) -> None:
    call.table("lifecycle").discard(_require_bucket(call))


@handles("s3", "PutBucketNotificationConfiguration")
def put_notification(call: Call) -> RawResponse | None:
    answer = call.forward_to_moto()  # moto delivers the events, but does not return the whole configuration
    if not answer.ok:
        return answer
    call.table("notification").put(_require_bucket(call), call["NotificationConfiguration"])
    return None


@handles("s3", "GetBucketNotificationConfiguration")
def get_notification(call: Call) -> dict[str, Any]:
    return call.table("notification").find(_require_bucket(call)) or {}


@handles("s3", "CreateBucket")
def create_bucket(call: Call) -> RawResponse:
    """New buckets block public access and have no ACLs.

    Amazon S3 user guide, "Default settings for new S3 buckets FAQ": since April 2023, all new buckets.
    """
    name = str(call["Bucket"])
    existed = bucket(name) is not None
    answer = call.forward_to_moto()
    made = bucket(name)
    if answer.ok and made is not None and not existed:
        made.ownership_rule = made.ownership_rule or "BucketOwnerEnforced"
        made.public_access_block = PublicAccessBlock(True, True, True, True)
    return answer


@handles("s3", "DeleteBucket")
def delete_bucket(call: Call) -> RawResponse:
    answer = call.forward_to_moto()
    if answer.ok:
        name = call["Bucket"]
        for kind in ("logging", "request payment", "lifecycle", "notification", *_MANY):
            table = call.table(kind)
            for key, _ in table.items():
                if key == name or key.startswith(f"{name}/"):
                    table.discard(key)
    return answer


def _unknown_to_moto(call: Call) -> RawResponse:
    raise NotImplementedError("moto would apply it to the bucket itself")


# Not implemented on purpose: moto would treat these as calls on the bucket itself.
handles(
    "s3",
    "CreateBucketMetadataTableConfiguration",
    "DeleteBucketMetadataTableConfiguration",
    "GetBucketMetadataTableConfiguration",
    "GetObjectTorrent",
)(_unknown_to_moto)
