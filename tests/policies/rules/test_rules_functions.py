"""Rules for Lambda functions."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources

__all__ = ["test_passes", "test_rejects"]

_TOPIC = "arn:aws:sns:eu-west-1:111111111111:t"


CASES = [
    Case(
        "LK_LAMBDA_1",
        resources(
            aws_lambda_permission={"P": {"principal": "sns.amazonaws.com", "source_arn": _TOPIC, "function_name": "f"}}
        ),
        {
            "everybody": (put("aws_lambda_permission/P/principal", "*"), "everybody may invoke"),
            "no source": (drop("aws_lambda_permission/P/source_arn"), "for every account"),
            "a bucket without its account": (
                put("aws_lambda_permission/P/source_arn", "arn:aws:s3:::bucket"),
                "names no account",
            ),
            "a wildcard account": (put("aws_lambda_permission/P/source_arn", "arn:aws:sns:*:*:*"), "names no account"),
            "a wildcard as account": (put("aws_lambda_permission/P/source_account", "*"), "source_account is *"),
        },
        {
            "a bucket with its account": both(
                put("aws_lambda_permission/P/source_arn", "arn:aws:s3:::b"),
                put("aws_lambda_permission/P/source_account", "111111111111"),
            ),
            "an account": put("aws_lambda_permission/P", {"principal": "111111111111", "function_name": "f"}),
            "a reference": put("aws_lambda_permission/P/source_arn", "${aws_sns_topic.t.arn}"),
            "an organization": put(
                "aws_lambda_permission/P", {"principal": "*", "principal_org_id": "o-abc1234567", "function_name": "f"}
            ),
        },
    ),
    Case(
        "LK_LAMBDA_2",
        resources(
            aws_lambda_function={
                "F": {"function_name": "f", "s3_bucket": "code", "s3_key": "f.zip", "source_code_hash": "abc="}
            }
        ),
        {
            "code without a hash": (drop("aws_lambda_function/F/source_code_hash"), "pins the code"),
            "a tag": (
                put("aws_lambda_function/F", {"image_uri": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/f:latest"}),
                "a tag that can be moved",
            ),
        },
        {
            "a version": put(
                "aws_lambda_function/F", {"s3_bucket": "code", "s3_key": "f.zip", "s3_object_version": "v"}
            ),
            "a digest": put(
                "aws_lambda_function/F", {"image_uri": "111111111111.dkr.ecr.eu-west-1.amazonaws.com/f@sha256:ab"}
            ),
        },
    ),
    Case(
        "LK_LAMBDA_3",
        resources(aws_lambda_layer_version_permission={"L": {"principal": "222222222222"}}),
        {
            "everybody": (put("aws_lambda_layer_version_permission/L/principal", "*"), "every account"),
        },
        {
            "an organization": put(
                "aws_lambda_layer_version_permission/L", {"principal": "*", "organization_id": "o-abc1234567"}
            ),
        },
    ),
]
