"""Rules for key policies, customer managed keys and plain HTTP."""

from __future__ import annotations

import json
from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, add_statement, both, drop, policy, put, resources

__all__ = ["test_passes", "test_rejects"]

ROLE = "arn:aws:iam::111111111111:role/acme-job"
KEY = "arn:aws:kms:eu-west-1:111111111111:key/k"
TLS = {
    "Sid": "DenyPlainHttp",
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sns:Publish",
    "Resource": "arn:aws:sns:eu-west-1:111111111111:t",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
TOPIC = resources(
    aws_sns_topic={"T": {"name": "t", "kms_master_key_id": KEY}},
    aws_sns_topic_policy={"P": {"arn": "${aws_sns_topic.T.arn}", "policy": policy(TLS)}},
    aws_s3_bucket_server_side_encryption_configuration={"theirs": {}},
)
LOGS = resources(aws_cloudwatch_log_group={"G": {"name": "g", "retention_in_days": 365, "kms_key_id": KEY}})
ADMINISTER = {
    "Sid": "Administer",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111111111111:root"},
    "Action": "kms:*",
    "Resource": "*",
}
USE = {**ADMINISTER, "Action": "kms:Decrypt", "Condition": {"StringLike": {"kms:ViaService": "*.amazonaws.com"}}}
LOGGING = {
    "Sid": "Logs",
    "Principal": {"Service": "logs.eu-west-1.amazonaws.com"},
    "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:x"}},
}

ANYONE = {**USE, "Principal": "*", "Condition": {"StringEquals": {"kms:CallerAccount": "111111111111"}}}
OTHER_KEYS = resources(
    aws_kms_replica_key={"R": {"primary_key_arn": KEY, "policy": policy(ADMINISTER)}},
    aws_kms_external_key={"E": {"policy": policy(ADMINISTER)}},
    aws_kms_key_policy={"P": {"key_id": KEY, "policy": policy(ADMINISTER)}},
    aws_cloudformation_type={"C": {}},
    aws_cloudcontrolapi_resource={"D": {"type_name": "AWS::KMS::Key"}},
    aws_s3_bucket_policy={"B": {"bucket": "b", "policy": policy(ADMINISTER)}},
)


def state(*statements: dict[str, Any]) -> str:
    return json.dumps({"KeyPolicy": json.loads(policy(*statements))})


CASES = [
    Case(
        "LK_KMS_4",
        LOGS,
        {
            "AWS managed key": (
                put("aws_cloudwatch_log_group/G/kms_key_id", "alias/aws/logs"),
                "kms_key_id uses alias/aws/logs, an AWS managed key",
            ),
            "AWS managed key in a block": (
                put("aws_cloudwatch_log_group/G/block", [{"kms_key": "arn:aws:kms:eu-west-1:1:alias/aws/s3"}]),
                "block.kms_key",
            ),
        },
        {"alias in a description": put("aws_cloudwatch_log_group/G/description", "not alias/aws/s3")},
    ),
    Case(
        "LK_SNS_3",
        TOPIC,
        {
            "no Deny statement": (
                put("aws_sns_topic_policy/P/policy", policy({**TLS, "Effect": "Allow", "Principal": {"AWS": "x"}})),
                "no statement denies",
            ),
            "Deny for one principal": (
                put("aws_sns_topic_policy/P/policy", policy({**TLS, "Principal": {"AWS": "x"}})),
                "no statement denies",
            ),
        },
        {
            "additional Deny statement": add_statement(
                "aws_sns_topic_policy/P/policy", Sid="X", Effect="Deny", Action="sns:*"
            )
        },
    ),
    Case(
        "LK_KMS_2",
        resources(aws_kms_key={"Key": {"description": "d", "policy": policy(ADMINISTER)}}),
        {
            "full access for a service": (
                put("aws_kms_key/Key/policy", policy(ADMINISTER, {**ADMINISTER, **LOGGING})),
                "statement 'Logs' gives logs.eu-west-1.amazonaws.com full access to the key",
            ),
        },
    ),
    Case(
        "LK_KMS_2",
        OTHER_KEYS,
        {
            "replica key without a policy": (drop("aws_kms_replica_key/R/policy"), "has no key policy"),
            "policy of an external key from a variable": (
                put("aws_kms_external_key/E/policy", "${var.policy}"),
                "not known before apply",
            ),
            "policy of a key outside of the configuration": (
                put("aws_kms_key_policy/P/policy", policy(ADMINISTER, {**ADMINISTER, **LOGGING})),
                "statement 'Logs' gives logs.eu-west-1.amazonaws.com full access to the key",
            ),
            "full access by a pattern of actions": (
                put("aws_kms_replica_key/R/policy", policy({**ADMINISTER, **LOGGING, "Action": "k?s:**"})),
                "full access to the key",
            ),
            "every principal of the account": (
                put("aws_kms_external_key/E/policy", policy(ADMINISTER, ANYONE)),
                "without an IAM policy",
            ),
            "a type without rules of its own": (
                put("aws_cloudformation_type/C/settings", [{"KeyPolicy": policy({**ADMINISTER, **LOGGING})}]),
                "full access to the key",
            ),
            "the desired state of a key": (
                put("aws_cloudcontrolapi_resource/D/desired_state", state({**ADMINISTER, **LOGGING})),
                "full access to the key",
            ),
            "lockout check of a replica key": (
                put("aws_kms_replica_key/R/bypass_policy_lockout_safety_check", True),
                "can make the key unmanageable",
            ),
        },
        {
            "every action on a bucket": put(
                "aws_s3_bucket_policy/B/policy", policy({**ADMINISTER, **LOGGING, "Action": "*"})
            )
        },
    ),
    Case(
        "LK_KMS_5",
        resources(
            aws_kms_key={"Key": {"description": "d", "policy": policy({**ADMINISTER, "Action": "kms:Put*"}, USE)}}
        ),
        {
            "default statement next to limited usage": (
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Sid": "Default"}, USE)),
                "statement Default makes kms:ViaService in statement Administer ineffective",
            ),
            "default statement next to a list of actions": (
                put(
                    "aws_kms_key/Key/policy",
                    policy({**ADMINISTER, "Sid": "Default"}, {**ADMINISTER, "Action": "kms:Put*"}),
                ),
                "statement Default makes the list of actions in statement Administer ineffective",
            ),
            "full access for another account": (
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Principal": {"AWS": "222222222222"}})),
                "statement Administer gives 222222222222 full access to the key",
            ),
            "full access for two accounts": (
                put(
                    "aws_kms_key/Key/policy",
                    policy({**ADMINISTER, "Principal": {"AWS": ["111111111111", "222222222222"]}}),
                ),
                "statement Administer gives 111111111111, 222222222222 full access to the key",
            ),
            "every action of every service": (
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Action": "*"})),
                "statement Administer gives arn:aws:iam::111111111111:root full access to the key",
            ),
            "full access for the account through services": (
                put("aws_kms_key/Key/policy", policy({**USE, "Action": "*"})),
                "statement Administer gives arn:aws:iam::111111111111:root full access to the key",
            ),
            "Decrypt": (
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Action": ["kms:Get*", "kms:Decrypt"]})),
                "statement Administer allows arn:aws:iam::111111111111:root kms:Decrypt without kms:ViaService",
            ),
            "Decrypt with IfExists": (
                put(
                    "aws_kms_key/Key/policy",
                    policy({**USE, "Condition": {"StringLikeIfExists": {"kms:ViaService": "s3.*.amazonaws.com"}}}),
                ),
                "statement Administer allows arn:aws:iam::111111111111:root kms:Decrypt without kms:ViaService",
            ),
            "Decrypt with a wildcard service": (
                put("aws_kms_key/Key/policy", policy({**USE, "Condition": {"StringLike": {"kms:ViaService": "*"}}})),
                "statement Administer allows arn:aws:iam::111111111111:root kms:Decrypt without kms:ViaService",
            ),
            "CreateGrant": (
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Action": "kms:Create*"})),
                "kms:Create*",
            ),
        },
        {
            "default key policy of AWS": put("aws_kms_key/Key/policy", policy(ADMINISTER)),
            "default statement with the account id": put(
                "aws_kms_key/Key/policy", policy({**ADMINISTER, "Principal": {"AWS": "111111111111"}})
            ),
            "key tagged for direct use": both(
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Action": "kms:Decrypt"})),
                put("aws_kms_key/Key/tags", {"use": "direct"}),
            ),
            "named role": put(
                "aws_kms_key/Key/policy", policy({**ADMINISTER, "Principal": {"AWS": ROLE}, "Action": "kms:Decrypt"})
            ),
        },
    ),
]
