"""Roles, a policy and a topic that pass every rule."""

from __future__ import annotations

from rule_cases import ACCOUNT, policy, resources

BUCKET = "arn:aws:s3:::acme-raw"
SOURCE_ACCOUNT = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
IAM = resources(
    aws_iam_role={
        "Job": {
            "name": "acme-job",
            "assume_role_policy": policy(
                {
                    "Sid": "Assume",
                    "Effect": "Allow",
                    "Principal": {"Service": "glue.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": SOURCE_ACCOUNT,
                }
            ),
        },
        "People": {
            "name": "acme-people",
            "assume_role_policy": policy(
                {
                    "Sid": "Assume",
                    "Effect": "Allow",
                    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/sso"},
                    "Action": "sts:AssumeRole",
                }
            ),
        },
        "Host": {
            "name": "acme-host",
            "assume_role_policy": policy(
                {
                    "Sid": "Assume",
                    "Effect": "Allow",
                    "Principal": {"Service": "ec2.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ),
        },
    },
    aws_iam_role_policy={
        "Job": {
            "role": "${aws_iam_role.Job.name}",
            "policy": policy(
                {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": f"{BUCKET}/*"},
                {
                    "Sid": "Catalog",
                    "Effect": "Allow",
                    "Action": "glue:Get*",
                    "Resource": f"arn:aws:glue:eu-west-1:{ACCOUNT}:table/acme_raw/*",
                },
                {
                    "Sid": "Key",
                    "Effect": "Allow",
                    "Action": "kms:Decrypt",
                    "Resource": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/*",
                    "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/acme-lake"}},
                },
                {
                    "Sid": "Pass",
                    "Effect": "Allow",
                    "Action": "iam:PassRole",
                    "Resource": f"arn:aws:iam::{ACCOUNT}:role/acme-job",
                    "Condition": {"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}},
                },
                {"Sid": "Never", "Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
            ),
        }
    },
    aws_iam_role_policy_attachment={
        "Job": {"role": "acme-job", "policy_arn": "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"}
    },
    aws_sns_topic_policy={
        "Topic": {
            "arn": "t",
            "policy": policy(
                {
                    "Sid": "Publish",
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "sns:Publish",
                    "Resource": "t",
                    "Condition": SOURCE_ACCOUNT,
                }
            ),
        }
    },
)
