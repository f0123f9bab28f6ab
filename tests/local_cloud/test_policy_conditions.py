"""Tests of every condition operator, as documented in the IAM User Guide."""

from __future__ import annotations

import pytest

from lakekit_local.authorization.conditions import conditions_match

CONTEXT = {
    "aws:SecureTransport": ["true"],
    "s3:TlsVersion": ["1.3"],
    "aws:PrincipalArn": ["arn:aws:iam::111111111111:role/team/etl"],
    "aws:PrincipalAccount": ["111111111111"],
    "aws:SourceIp": ["10.1.2.3"],
    "aws:CurrentTime": ["2026-03-01T12:00:00+00:00"],
    "aws:TagKeys": ["a", "b"],
}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"Bool": {"aws:securetransport": True}}, True),
        ({"NumericLessThan": {"s3:TlsVersion": "1.2"}}, False),
        ({"NumericLessThan": {"s3:TlsVersion": 1.4}}, True),
        ({"NumericGreaterThanEquals": {"s3:TlsVersion": "1.3"}}, True),
        ({"StringEquals": {"aws:PrincipalAccount": ["222222222222", "111111111111"]}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": ["222222222222", "111111111111"]}}, False),
        ({"StringNotEquals": {"aws:PrincipalAccount": "222222222222"}}, True),
        # Missing key: plain operators do not match, negated and IfExists operators do.
        ({"StringEquals": {"aws:SourceAccount": "1"}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": "1"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "1"}}, True),
        ({"StringNotEqualsIfExists": {"aws:SourceAccount": "1"}}, True),
        ({"BoolIfExists": {"aws:SecureTransport": "false"}}, False),
        ({"Null": {"aws:SourceAccount": "true"}}, True),
        ({"Null": {"aws:SourceAccount": "false"}}, False),
        ({"Null": {"aws:PrincipalArn": False}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111111111111:role/other/*"}}, False),
        ({"ArnNotLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/team/*"}}, False),
        ({"StringLike": {"aws:PrincipalArn": "*:role/team/e?l"}}, True),
        ({"StringEqualsIgnoreCase": {"aws:PrincipalArn": "ARN:AWS:IAM::111111111111:ROLE/TEAM/ETL"}}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, True),
        ({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.0.0/16"]}}, False),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b", "c"]}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}}, False),
        ({"ForAllValues:StringEquals": {"aws:Missing": ["a"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["b"]}}, True),
        ({"ForAnyValue:StringEquals": {"aws:Missing": ["b"]}}, False),
        ({"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}, True),
        # Several operators and keys: all must match.
        ({"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:PrincipalAccount": "2"}}, False),
    ],
)
def test_condition_operator(condition: dict[str, dict[str, object]], expected: bool) -> None:
    assert conditions_match(condition, CONTEXT) is expected


def test_unknown_condition_operator_raises() -> None:
    with pytest.raises(ValueError, match="StringAlmost"):
        conditions_match({"StringAlmost": {"aws:PrincipalAccount": "1"}}, CONTEXT)
