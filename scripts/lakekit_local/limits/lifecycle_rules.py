"""Lifecycle configurations that Amazon S3 refuses.

Sources: Amazon S3 user guide, "Lifecycle configuration elements" (up to 1,000 rules with unique IDs), "Transitioning
objects using Amazon S3 Lifecycle" (30 days before STANDARD_IA and ONEZONE_IA); API reference, "LifecycleExpiration"
("The value must be a non-zero positive integer").
"""

from __future__ import annotations

from typing import Any, Final

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

MAX_RULES: Final = 1000
MIN_DAYS: Final = 30
_INFREQUENT: Final = ("STANDARD_IA", "ONEZONE_IA")


@limits("s3", "PutBucketLifecycleConfiguration")
def rules(call: Call) -> None:
    """The number, IDs and days of rules."""
    found: list[dict[str, Any]] = call["LifecycleConfiguration"].get("Rules") or []
    if len(found) > MAX_RULES:
        text = "The XML you provided was not well-formed or did not validate against our published schema"
        raise ServiceError("MalformedXML", text, 400)
    ids = [one["ID"] for one in found if one.get("ID")]
    if len(set(ids)) < len(ids):
        raise _invalid("Rule ID must be unique. Found same ID for more than one rule")
    for one in found:
        _check_days(one)


def _check_days(rule: dict[str, Any]) -> None:
    days = (rule.get("Expiration") or {}).get("Days")
    if days is not None and days < 1:
        raise _invalid("'Days' for Expiration action must be a positive integer")
    later = (rule.get("NoncurrentVersionExpiration") or {}).get("NoncurrentDays")
    if later is not None and later < 1:
        raise _invalid("'NoncurrentDays' for NoncurrentVersionExpiration action must be a positive integer")
    for one in rule.get("Transitions") or ():
        kind, after = one.get("StorageClass"), one.get("Days")
        if kind in _INFREQUENT and after is not None and after < MIN_DAYS:
            text = f"'Days' in Transition action must be greater than or equal to {MIN_DAYS} for storageClass '{kind}'"
            raise _invalid(text)


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidArgument", text, 400)
