"""Sizes of resource policies.

Sources: Amazon S3 user guide, "Bucket policies for Amazon S3" ("Bucket policies are limited to 20 KB in size"); AWS KMS
developer guide, "Resource quotas" ("Key policy document size: 32 KB (32,768 bytes)").
"""

from __future__ import annotations

import json
from typing import Final

from lakekit_local.limits.registry import limits
from lakekit_local.requests.registry import Call, ServiceError

MAX_BUCKET_POLICY: Final = 20_480
MAX_KEY_POLICY: Final = 32_768


@limits("s3", "PutBucketPolicy")
def bucket_policy(call: Call) -> None:
    """The size of a bucket policy, which S3 measures without insignificant white space."""
    given = call["Policy"]
    text = given.decode(errors="replace") if isinstance(given, bytes) else str(given)
    try:
        text = json.dumps(json.loads(text), separators=(",", ":"), ensure_ascii=False)
    except ValueError:
        return  # refused as malformed
    if len(text.encode()) > MAX_BUCKET_POLICY:
        raise ServiceError("PolicyTooLarge", "Policy exceeds the maximum allowed document size.", 400)


@limits("kms", "CreateKey", "PutKeyPolicy")
def key_policy(call: Call) -> None:
    """The size of a key policy."""
    size = len(str(call.get("Policy", "")).encode())
    if size > MAX_KEY_POLICY:
        text = f"The key policy document has {size} bytes, which exceeds the quota of {MAX_KEY_POLICY} bytes."
        raise ServiceError("LimitExceededException", text, 400)
