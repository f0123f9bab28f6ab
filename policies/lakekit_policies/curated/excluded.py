"""Excluded ids of checkov, with the reason."""

from __future__ import annotations

from typing import Final

_DATA: Final = "evaluates data blocks; the resource that uses the document is evaluated at both stages"
_WITHIN_355: Final = "a part of CKV_AWS_355, which rejects * for every action that supports resources"

EXCLUDED: Final[dict[str, str]] = {
    "CKV_AWS_1": _DATA,
    "CKV_AWS_18": "fails on the log bucket itself; LK_S3_5 exempts it",
    "CKV_AWS_19": "S3 encrypts everything since 2023; LK_S3_2 requires a customer managed key",
    "CKV_AWS_20": "LK_S3_4 rejects every ACL, public or not",
    "CKV_AWS_21": "joins by reference only and knows the inline block; LK_S3_35 joins by name too",
    "CKV_AWS_71": "knows the inline block only; LK_REDSHIFT_2 reads aws_redshift_logging",
    "CKV_AWS_72": "crashes without a statement and reads the first one only; LK_IAM_2 reads all",
    "CKV_AWS_304": "crashes on intervals above 90 days; LK_SECRETS_2 requires 90 days or less",
    "CKV_AWS_375": "does not read canned ACLs; LK_S3_33 reads both",
    "CKV2_AWS_6": "joins by reference only; LK_S3_36 joins by name too",
    "CKV2_AWS_61": "joins by reference only; LK_S3_37 joins by name too",
    "CKV_AWS_41": "LK_TF_3 covers credentials and emulator settings in providers",
    "CKV_AWS_49": _DATA,
    "CKV_AWS_57": "LK_S3_4 rejects every ACL, public or not",
    "CKV_AWS_60": "rejects a trust that a condition on the principal restricts; LK_IAM_8 evaluates conditions",
    "CKV_AWS_61": "rejects a trust in an account with an external id; LK_IAM_8 evaluates conditions",
    "CKV_AWS_62": "a part of CKV_AWS_63, which rejects * as an action on any resource",
    "CKV_AWS_64": "CKV_AWS_142 requires encryption with a customer managed key",
    "CKV_AWS_105": "LK_REDSHIFT_4 requires require_ssl and the log of user activity",
    "CKV_AWS_107": _DATA,
    "CKV_AWS_108": _DATA,
    "CKV_AWS_109": _DATA,
    "CKV_AWS_110": _DATA,
    "CKV_AWS_111": _DATA,
    "CKV_AWS_114": "fails on every EMR plan, with and without Kerberos",
    "CKV_AWS_144": "replication to another region is a decision per product; versioning and inventory are not",
    "CKV_AWS_145": "fails on log buckets, which cannot use KMS, and passes aws/s3; LK_S3_2 handles both",
    "CKV_AWS_240": "LK_FIREHOSE_1 requires encryption with a customer managed key",
    "CKV_AWS_241": "fails on streams with a Kafka or Kinesis source, which have no key; LK_FIREHOSE_1 exempts them",
    "CKV_AWS_252": "a notification per delivered log file has no value; EventBridge rules send alarms",
    "CKV_AWS_274": "LK_IAM_6 rejects AdministratorAccess among other broad policies",
    "CKV_AWS_283": _DATA,
    "CKV_AWS_288": _WITHIN_355,
    "CKV_AWS_289": _WITHIN_355,
    "CKV_AWS_290": _WITHIN_355,
    "CKV_AWS_300": "passes an empty block, which is what a plan shows where there is none; LK_S3_6 requires the days",
    "CKV_AWS_338": "requires a year for every log group; ours depends on the tier (365 days in prod)",
    "CKV_AWS_356": _DATA,
    "CKV_AWS_358": _DATA + "; LK_IAM_8 requires a subject in web identity trust",
    "CKV_AWS_377": "domain registrations are not part of a lakehouse",
    "CKV_AWS_379": "reads only aws_s3_bucket_acl; LK_S3_1 reads the bucket policy",
    "CKV_AWS_382": "LK_VPC_6 rejects every port but 443 to the internet",
    "CKV2_AWS_5": "does not support EMR Serverless, MSK Connect and Flink as users of a group; LK_VPC_8 does",
    "CKV2_AWS_7": "fails on EMR clusters without explicit security groups",
    "CKV2_AWS_11": "does not know unknown references; LK_VPC_2 requires a flow log",
    "CKV2_AWS_62": "fails on the log bucket; LK_S3_11 requires EventBridge on data buckets",
    "CKV2_AWS_64": "passes any policy and misses aws_kms_key_policy; LK_KMS_2 reads it",
    "CKV2_AWS_65": "passes buckets without ownership controls; LK_S3_4 requires them",
}
