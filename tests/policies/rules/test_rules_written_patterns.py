"""Patterns of accounts and buckets that identity policies write to."""

from __future__ import annotations

from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import ACCOUNT, Case, Change, both, policy, put, resources

__all__ = ["test_passes", "test_rejects"]

_POLICY = "aws_iam_role_policy/Job/policy"
_OWN_RESOURCE = {"StringEquals": {"aws:ResourceAccount": ACCOUNT}}


def write(action: str, resource: str, condition: dict[str, Any] | None = None, *more: dict[str, Any]) -> Change:
    statement = {"Sid": "A", "Effect": "Allow", "Action": action, "Resource": resource}
    return put(_POLICY, policy({**statement, "Condition": condition} if condition else statement, *more))


def queue(account: str) -> str:
    return f"arn:aws:sqs:eu-west-1:{account}:q"


_FOREIGN_PATTERNS = {
    "sqs:SendMessage": queue("99999999999*"),
    "kinesis:PutRecord": "arn:aws:kinesis:eu-west-1:9999999999??:stream/q",
    "lambda:InvokeFunction": "arn:aws:lambda:eu-west-1:9*:function:x",
    "sns:Publish": "arn:aws:sns:eu-west-1:1*:t",
    "events:PutEvents": "arn:aws:events:eu-west-1:????????????:event-bus/default",
    "ecr:PutImage": "arn:aws:ecr:eu-west-1:*:repository/x",
    "s3:PutObject": "arn:aws:s3:eu-west-1:9*:accesspoint/x/object/*",
    "dynamodb:PutItem": "arn:aws:dynamodb:eu-west-1:$${aws:PrincipalTag/account}:table/x",
    "firehose:PutRecord": "arn:aws:*:eu-west-1:9*:deliverystream/x",
    "secretsmanager:PutSecretValue": f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT[:-1]}?:secret:x",
}

CASES = [
    Case(
        "LK_DEST_9",
        resources(
            aws_iam_role_policy={
                "Job": {
                    "role": "r",
                    "policy": policy(
                        {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::acme-lake/*"}
                    ),
                }
            },
            aws_s3_bucket={"Lake": {"bucket": "acme-lake"}},
        ),
        {
            **{
                f"{action} on {resource}": (write(action, resource), "outside of the trust boundary")
                for action, resource in _FOREIGN_PATTERNS.items()
            },
            "a condition that admits other accounts": (
                write("sqs:SendMessage", queue("9*"), {"StringLike": {"aws:ResourceAccount": "9*"}}),
                f"on {queue('9*')}: outside of the trust boundary",
            ),
            "a denial of another queue": (
                write(
                    "sqs:SendMessage", queue("9*"), None, {"Effect": "Deny", "Action": "sqs:*", "Resource": queue("8*")}
                ),
                f"on {queue('9*')}: outside of the trust boundary",
            ),
            "an incomplete ARN": (
                write("sqs:SendMessage", "arn:aws:sqs:eu-west-1:999988887777"),
                "on arn:aws:sqs:eu-west-1:999988887777: outside of the trust boundary",
            ),
            "a service pattern": (
                write("sqs:SendMessage", "arn:aws:sq?:eu-west-1:999988887777:q"),
                "on arn:aws:sq?:eu-west-1:999988887777:q: outside of the trust boundary",
            ),
            **{
                f"buckets {name}": (write("s3:PutObject", f"arn:aws:s3:::{name}/*"), "is not known to be inside of")
                for name in ("evil-*", "e*", "a*", "ac?e-lake", "acmeevil-*", "aws-glue-*")
            },
        },
        {
            "buckets with the prefix of a bucket": write("s3:PutObject", "arn:aws:s3:::acme-*/*"),
            "buckets with the name of a bucket": write("s3:PutObject", "arn:aws:s3:::acme-lake*"),
            "buckets with the prefix of a stated bucket": write("s3:PutObject", "arn:aws:s3:::acme-r*/x"),
            "buckets of a stated pattern": both(
                write("s3:PutObject", "arn:aws:s3:::partner-in-*/*"), put("trust_boundary", {"buckets": ["partner-*"]})
            ),
            "objects of a bucket by a pattern of the region": write("s3:PutObject", "arn:aws:s3:*:*:acme-lake/*"),
            "the own account by a variable": write("sqs:SendMessage", queue("$${aws:PrincipalAccount}")),
            "resources of the own account": write("sqs:SendMessage", queue("9*"), _OWN_RESOURCE),
            "resources of the own organization": write(
                "sqs:SendMessage", queue("9*"), {"StringEquals": {"aws:ResourceOrgID": "o-acme123456"}}
            ),
            "a denial of other accounts": write(
                "sqs:SendMessage",
                queue("*9*"),
                None,
                {
                    "Effect": "Deny",
                    "Action": "*",
                    "Resource": "*",
                    "Condition": {"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}},
                },
            ),
            "network interfaces, which only the own account has": write(
                "ec2:CreateNetworkInterface", "arn:aws:ec2:*:*:network-interface/*"
            ),
            "patterns of readers": write("sqs:ReceiveMessage", queue("1*")),
            "every account, which LK_IAM_3 reports": write("sqs:SendMessage", queue("*")),
        },
    ),
]
