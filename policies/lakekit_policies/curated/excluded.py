"""Ids that a reader of checkov's list may miss, and why each is left out."""

from __future__ import annotations

from typing import Final

_DATA: Final = "judges data blocks; the resource that uses the document is judged, at both stages"
_WITHIN_355: Final = "a part of CKV_AWS_355, which refuses * for every action that can be narrowed"

EXCLUDED: Final[dict[str, str]] = {
    "CKV_AWS_1": _DATA,
    "CKV_AWS_18": "fails on the log bucket itself; LK_S3_5 knows it",
    "CKV_AWS_19": "S3 encrypts everything since 2023; LK_S3_2 asks whose key",
    "CKV_AWS_20": "LK_S3_4 refuses every ACL, public or not",
    "CKV_AWS_41": "LK_TF_3 covers credentials and emulator settings in providers",
    "CKV_AWS_49": _DATA,
    "CKV_AWS_57": "LK_S3_4 refuses every ACL, public or not",
    "CKV_AWS_62": "a part of CKV_AWS_63, which refuses * as an action on any resource",
    "CKV_AWS_64": "CKV_AWS_142 asks for encryption under our key",
    "CKV_AWS_107": _DATA,
    "CKV_AWS_108": _DATA,
    "CKV_AWS_109": _DATA,
    "CKV_AWS_110": _DATA,
    "CKV_AWS_111": _DATA,
    "CKV_AWS_114": "fails on every EMR plan, with Kerberos or without",
    "CKV_AWS_144": "replication to another region is a decision per product; versioning and inventory are not",
    "CKV_AWS_145": "fails on log buckets, which S3 cannot deliver to under KMS, and passes aws/s3; LK_S3_2 knows both",
    "CKV_AWS_240": "LK_FIREHOSE_1 asks for encryption under our key",
    "CKV_AWS_241": "fails on streams that read from Kafka or Kinesis, which take no key; LK_FIREHOSE_1 knows them",
    "CKV_AWS_252": "a message for each delivered trail file tells nobody anything; alarms come from EventBridge",
    "CKV_AWS_274": "LK_IAM_6 refuses AdministratorAccess among other broad policies",
    "CKV_AWS_283": _DATA,
    "CKV_AWS_288": _WITHIN_355,
    "CKV_AWS_289": _WITHIN_355,
    "CKV_AWS_290": _WITHIN_355,
    "CKV_AWS_300": "passes an empty block, which is what a plan shows where there is none; LK_S3_6 asks for the days",
    "CKV_AWS_338": "asks a year of every log group; the tier decides (365 days in prod)",
    "CKV_AWS_356": _DATA,
    "CKV_AWS_358": _DATA + "; LK_IAM_8 asks for a subject in web identity trust",
    "CKV_AWS_377": "about domain registrations, of which a lakehouse has none",
    "CKV_AWS_379": "looks at aws_s3_bucket_acl only; LK_S3_1 reads the bucket policy",
    "CKV2_AWS_5": "does not know EMR Serverless, MSK Connect and Flink as users of a group; LK_VPC_8 does",
    "CKV2_AWS_7": "fails on EMR clusters without explicit security groups",
    "CKV2_AWS_62": "fails on the log bucket; LK_S3_11 asks data buckets for EventBridge",
    "CKV2_AWS_64": "passes any policy and misses aws_kms_key_policy; LK_KMS_2 reads it",
    "CKV2_AWS_65": "passes buckets without ownership controls; LK_S3_4 asks for them",
}
