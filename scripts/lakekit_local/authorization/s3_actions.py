"""Which IAM action an S3 operation needs.

Source: Amazon S3 User Guide, "Required permissions for Amazon S3 API operations". Operations not named here need the
action of their own name.
"""

from __future__ import annotations

_ACTIONS = {
    "AbortMultipartUpload": "AbortMultipartUpload",
    "CompleteMultipartUpload": "PutObject",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "DeleteObjects": "DeleteObject",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetBucketCors": "GetBucketCORS",
    "PutBucketCors": "PutBucketCORS",
    "DeleteBucketCors": "PutBucketCORS",
    "GetBucketReplication": "GetReplicationConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetObjectAttributes": "GetObject",
    "SelectObjectContent": "GetObject",
}

# The settings that S3 calls "Bucket<What>Configuration" in the API and "<What>Configuration" in IAM.
for _what in ("Analytics", "Metrics", "Inventory", "IntelligentTiering"):
    _ACTIONS[f"GetBucket{_what}Configuration"] = f"Get{_what}Configuration"
    _ACTIONS[f"ListBucket{_what}Configurations"] = f"Get{_what}Configuration"
    _ACTIONS[f"PutBucket{_what}Configuration"] = f"Put{_what}Configuration"
    _ACTIONS[f"DeleteBucket{_what}Configuration"] = f"Put{_what}Configuration"

_VERSIONED = {
    "s3:GetObject": "s3:GetObjectVersion",
    "s3:DeleteObject": "s3:DeleteObjectVersion",
    "s3:GetObjectTagging": "s3:GetObjectVersionTagging",
    "s3:PutObjectTagging": "s3:PutObjectVersionTagging",
    "s3:GetObjectAcl": "s3:GetObjectVersionAcl",
}


def required_action(operation: str, *, versioned: bool = False) -> str:
    """The IAM action; ``versioned`` when the request names a version id."""
    action = f"s3:{_ACTIONS.get(operation, operation)}"
    return _VERSIONED.get(action, action) if versioned else action
