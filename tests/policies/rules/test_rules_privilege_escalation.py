"""Who could make more of himself, keys of others, messages in clear text."""

from __future__ import annotations

from iam_fixtures import IAM
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Change, add_statement, both, policy, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

GRANTS = "aws_iam_role_policy/Job/policy"
ROLE = "arn:aws:iam::111111111111:role/acme-job"
KEY = "arn:aws:kms:eu-west-1:111111111111:key/k"
EC2 = "arn:aws:ec2:eu-west-1:111111111111"
TRUST = "aws_iam_role/People/assume_role_policy"


def allow(action: object, resource: object = "*", **more: object) -> Change:
    return add_statement(GRANTS, Sid="New", Effect="Allow", Action=action, Resource=resource, **more)


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
_ANYONE = {"Sid": "Any", "Effect": "Allow", "Action": "sts:AssumeRole"}

CASES = [
    Case(
        "LK_IAM_21",
        IAM,
        {
            "an inline policy of a named role": (allow("iam:PutRolePolicy", ROLE), "iam:putrolepolicy on arn:aws:iam"),
            "by a wildcard": (allow("iam:Put*", ROLE), "its holder writes policies"),
            "the trust of a role": (allow("iam:UpdateAssumeRolePolicy", ROLE), "rewrites who may be what"),
            "any role": (allow("sts:AssumeRole"), "is any role that trusts the account"),
            "any role of an account": (allow("sts:AssumeRole", "arn:aws:iam::111111111111:role/*"), "sts:assumerole"),
            "any job": (allow("glue:UpdateJob"), "rewrites what runs with the job's role"),
            "a key's policy": (allow("kms:PutKeyPolicy", KEY), "rewrites who uses the key"),
            "the lake": (allow("lakeformation:GrantPermissions"), "grants on the lake"),
            "a bucket's policy": (allow("s3:PutBucketPolicy", "arn:aws:s3:::acme-raw"), "opens the bucket"),
            "a key lent to anyone": (allow("kms:CreateGrant", KEY), "lends the key out"),
            "in an inline block": (
                put(
                    "aws_iam_role/Job/inline_policy",
                    [{"policy": policy({"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": "*"})}],
                ),
                "credentials of others",
            ),
        },
        {
            "a named role": allow("sts:AssumeRole", ROLE),
            "a named job": allow("glue:UpdateJob", "arn:aws:glue:eu-west-1:111111111111:job/orders"),
            "a key lent to services": allow(
                "kms:CreateGrant", KEY, Condition={"Bool": {"kms:GrantIsForAWSResource": "true"}}
            ),
            "a denial": add_statement(GRANTS, Sid="No", Effect="Deny", Action="iam:*", Resource="*"),
        },
    ),
    Case(
        "LK_IAM_22",
        IAM,
        {"twelve hours": (put("aws_iam_role/Job/max_session_duration", 43200), "43200 seconds, over 14400")},
        {
            "four hours": put("aws_iam_role/Job/max_session_duration", 14400),
            "twelve in dev": both(put("aws_iam_role/Job/max_session_duration", 43200), tier("dev")),
        },
    ),
    Case(
        "LK_IAM_8",
        IAM,
        {
            "anyone, bare": (add_statement(TRUST, Principal="*", **_ANYONE), "anyone, and no condition says who"),
            "anyone from a source": (
                add_statement(TRUST, Principal="*", Condition={"StringEquals": {"aws:SourceAccount": "1"}}, **_ANYONE),
                "no condition says who",
            ),
            "somebody whom another provider names": (
                add_statement(
                    TRUST, Principal={"AWS": "${snowflake_storage_integration.I.storage_aws_iam_user_arn}"}, **_ANYONE
                ),
                "without a condition",
            ),
            "a malformed principal": (add_statement(TRUST, Principal={"AWS": "arn:x"}, **_ANYONE), "allows arn:x"),
        },
        {
            "anyone of our organization": add_statement(
                TRUST, Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}}, **_ANYONE
            ),
            "that somebody with an external id": add_statement(
                TRUST,
                Principal={"AWS": "${snowflake_storage_integration.I.storage_aws_iam_user_arn}"},
                Condition={"StringEquals": {"sts:ExternalId": "x"}},
                **_ANYONE,
            ),
        },
    ),
    Case(
        "LK_IAM_3",
        IAM,
        {
            "everything, under a condition": (
                allow("s3:ListBucket", "*", Condition={"StringLike": {"s3:prefix": "a/*"}}),
                "allows s3:ListBucket on *, which take an ARN",
            ),
            "every log group": (
                allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:*"),
                "log-group:*",
            ),
        },
        {
            "what takes no ARN": allow(
                "lakeformation:GetDataAccess", "*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
            ),
            "log groups of ours": allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:111111111111:log-group:/acme/x:*"),
        },
    ),
    Case(
        "LK_KMS_4",
        LOGS,
        {
            "AWS' own": (
                put("aws_cloudwatch_log_group/G/kms_key_id", "alias/aws/logs"),
                "kms_key_id names alias/aws/logs",
            ),
            "in a block": (
                put("aws_cloudwatch_log_group/G/block", [{"kms_key": "arn:aws:kms:eu-west-1:1:alias/aws/s3"}]),
                "block.kms_key",
            ),
        },
        {"a word in a description": put("aws_cloudwatch_log_group/G/description", "not alias/aws/s3")},
    ),
    Case(
        "LK_SNS_3",
        TOPIC,
        {
            "nothing denied": (
                put("aws_sns_topic_policy/P/policy", policy({**TLS, "Effect": "Allow", "Principal": {"AWS": "x"}})),
                "no statement denies",
            ),
            "to one": (
                put("aws_sns_topic_policy/P/policy", policy({**TLS, "Principal": {"AWS": "x"}})),
                "no statement denies",
            ),
        },
        {"another statement": add_statement("aws_sns_topic_policy/P/policy", Sid="X", Effect="Deny", Action="sns:*")},
    ),
    Case(
        "LK_IAM_2",
        TOPIC,
        {
            "every action of a topic": (
                add_statement(
                    "aws_sns_topic_policy/P/policy",
                    Sid="A",
                    Effect="Allow",
                    Principal={"AWS": "x"},
                    Action="*",
                    Resource="*",
                ),
                "statement A allows every action",
            ),
            "all of SNS": (
                add_statement(
                    "aws_sns_topic_policy/P/policy",
                    Sid="A",
                    Effect="Allow",
                    Principal={"AWS": "x"},
                    Action="sns:*",
                    Resource="*",
                ),
                "allows sns:*",
            ),
        },
    ),
    Case(
        "LK_KMS_2",
        resources(aws_kms_key={"Key": {"description": "d", "policy": policy(ADMINISTER)}}),
        {
            "a service with every right": (
                put("aws_kms_key/Key/policy", policy(ADMINISTER, {**ADMINISTER, **LOGGING})),
                "gives logs.eu-west-1.amazonaws.com every right",
            ),
        },
    ),
    Case(
        "LK_KMS_5",
        resources(
            aws_kms_key={"Key": {"description": "d", "policy": policy({**ADMINISTER, "Action": "kms:Put*"}, USE)}}
        ),
        {
            "every right": (put("aws_kms_key/Key/policy", policy(ADMINISTER)), "every right at once"),
            "every right through services": (
                put("aws_kms_key/Key/policy", policy({**USE, "Action": "*"})),
                "every right at once",
            ),
            "Decrypt": (
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Action": ["kms:Get*", "kms:Decrypt"]})),
                "use kms:Decrypt",
            ),
            "Decrypt, through a service or not": (
                put(
                    "aws_kms_key/Key/policy",
                    policy({**USE, "Condition": {"StringLikeIfExists": {"kms:ViaService": "s3.*.amazonaws.com"}}}),
                ),
                "use kms:Decrypt",
            ),
            "Decrypt, through anything": (
                put("aws_kms_key/Key/policy", policy({**USE, "Condition": {"StringLike": {"kms:ViaService": "*"}}})),
                "use kms:Decrypt",
            ),
            "lending": (put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Action": "kms:Create*"})), "kms:Create*"),
        },
        {
            "said to be used directly": both(
                put("aws_kms_key/Key/policy", policy({**ADMINISTER, "Action": "kms:Decrypt"})),
                put("aws_kms_key/Key/tags", {"use": "direct"}),
            ),
            "a named role": put(
                "aws_kms_key/Key/policy", policy({**ADMINISTER, "Principal": {"AWS": ROLE}, "Action": "kms:Decrypt"})
            ),
        },
    ),
    Case(
        "LK_IAM_24",
        IAM,
        {
            "any namespace": (allow("cloudwatch:PutMetricData"), "writes metrics of any namespace"),
            "by a wildcard": (allow("cloudwatch:Put*"), "writes metrics of any namespace"),
            "all but one": (
                allow("cloudwatch:PutMetricData", Condition={"StringNotEquals": {"cloudwatch:namespace": "AWS/S3"}}),
                "writes metrics of any namespace",
            ),
        },
        {
            "its own": allow(
                "cloudwatch:PutMetricData", Condition={"StringEquals": {"cloudwatch:namespace": ["Glue", "AWS/Glue"]}}
            ),
            "reading": allow("cloudwatch:GetMetricData"),
        },
    ),
    Case(
        "LK_IAM_23",
        IAM,
        {
            "every machine": (
                allow("ec2:TerminateInstances", "arn:aws:ec2:eu-west-1:111111111111:instance/*"),
                "ec2:TerminateInstances on arn:aws:ec2:eu-west-1:111111111111:instance/*",
            ),
            "every disk, from our region": (
                allow("ec2:DeleteVolume", "*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}),
                "ec2:DeleteVolume on *",
            ),
            "every interface's groups": (
                allow("ec2:ModifyNetworkInterfaceAttribute", f"{EC2}:network-interface/*"),
                "ec2:ModifyNetworkInterfaceAttribute on",
            ),
            "anybody's interfaces, by a service that tags its own": (
                allow("ec2:DeleteNetworkInterface", f"{EC2}:network-interface/*"),
                "ec2:DeleteNetworkInterface on",
            ),
            "every right on interfaces": (
                allow("ec2:*NetworkInterface*", f"{EC2}:network-interface/*"),
                "ec2:*Network",
            ),
            "any machine tagged as ours": (
                allow(
                    "ec2:CreateTags",
                    f"{EC2}:instance/*",
                    Condition={"StringEquals": {"aws:RequestTag/owner": "x"}},
                ),
                "ec2:CreateTags on",
            ),
            "any group tagged": (allow("ec2:Create*", f"{EC2}:security-group/*"), "ec2:Create* on"),
            "any tag": (
                allow(
                    "ec2:TerminateInstances",
                    f"{EC2}:instance/*",
                    Condition={"StringLike": {"aws:ResourceTag/owner": "*"}},
                ),
                "ec2:TerminateInstances on",
            ),
            "ours, or without a tag": (
                allow(
                    "ec2:TerminateInstances",
                    f"{EC2}:instance/*",
                    Condition={"StringEqualsIfExists": {"aws:ResourceTag/owner": "x"}},
                ),
                "ec2:TerminateInstances on",
            ),
            "all but ours": (
                allow(
                    "ec2:TerminateInstances",
                    f"{EC2}:instance/*",
                    Condition={"StringNotEquals": {"aws:ResourceTag/owner": "x"}},
                ),
                "ec2:TerminateInstances on",
            ),
        },
        {
            "ours by tag": allow(
                "ec2:TerminateInstances",
                "arn:aws:ec2:eu-west-1:111111111111:instance/*",
                Condition={"StringEquals": {"aws:ResourceTag/owner": "x"}},
            ),
            "a subnet": allow("ec2:RunInstances", f"{EC2}:subnet/*"),
            "interfaces of a service that does not tag": both(
                put(
                    "aws_iam_role/Job/assume_role_policy",
                    policy(
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "kinesisanalytics.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ),
                ),
                allow(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"], f"{EC2}:network-interface/*"),
            ),
            "tags of what it makes": allow(
                "ec2:CreateTags",
                f"{EC2}:network-interface/*",
                Condition={"StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"}},
            ),
            "what Glue has tagged": allow(
                "ec2:ModifyNetworkInterfaceAttribute",
                f"{EC2}:network-interface/*",
                Condition={"Null": {"aws:ResourceTag/aws-glue-service-resource": "false"}},
            ),
            "looking": allow("ec2:DescribeInstances"),
        },
    ),
]
