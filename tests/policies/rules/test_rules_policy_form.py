"""Rules for the form of policy documents."""

from __future__ import annotations

import json
from typing import Any

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, put, resources

__all__ = ["test_passes", "test_rejects"]

_STATEMENT = {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
_POLICY = "aws_vpc_endpoint/Gateway/policy"


def _document(*statements: Any, **more: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements), **more})


def _with(**more: Any) -> str:
    return _document({**_STATEMENT, **more})


CASES = [
    Case(
        "LK_IAM_31",
        resources(aws_vpc_endpoint={"Gateway": {"service_name": "s3", "policy": _document(_STATEMENT)}}),
        {
            "no statement": (put(_POLICY, _document()), "Statement is empty"),
            "an empty document": (put(_POLICY, "{}"), "policy: has no Statement"),
            "text that is not JSON": (put(_POLICY, '{"Statement": ['), "policy: is not valid JSON"),
            "a byte order mark": (put(_POLICY, "\ufeff" + _document(_STATEMENT)), "policy: is not a JSON object"),
            "a list of documents": (put(_POLICY, f"[{_document(_STATEMENT)}]"), "policy: is not a JSON object"),
            "statement in lower case": (
                put(_POLICY, _document(_STATEMENT).replace("Statement", "statement")),
                "policy: has no Statement, but Version, statement",
            ),
            "a wrapped document": (
                put(_POLICY, f'{{"Policy": {_document(_STATEMENT)}}}'),
                "policy: has no Statement, but Policy",
            ),
            "a statement that is a list": (put(_POLICY, _document([])), "statement 1 is empty"),
            "an effect in lower case": (put(_POLICY, _with(Effect="allow")), "expected Allow or Deny"),
            "both actions": (put(_POLICY, _with(NotAction="s3:*")), "either Action or NotAction"),
            "an action without a service": (put(_POLICY, _with(Action=["GetObject"])), "'GetObject' names no service"),
            "a nested list of resources": (put(_POLICY, _with(Resource=[["*"]])), "Resource is"),
            "a wildcard in a service": (
                put(_POLICY, _with(Principal={"Service": ["s3.amazonaws.com", "*.amazonaws.com"]})),
                'Principal is the service "*.amazonaws.com"; a wildcard cannot be a part of a principal',
            ),
            "a principal as a list": (put(_POLICY, _with(Principal=["*"])), "Principal is"),
            "a condition as text": (put(_POLICY, _with(Condition="aws:SourceVpc")), "Condition is"),
            "in a nested block of any type": (
                put(
                    "resource/aws_iam_role",
                    {"R": {"name": "r", "inline_policy": [{"name": "p", "policy": _with(Effect=None)}]}},
                ),
                "inline_policy.policy: statement Read: Effect is null",
            ),
        },
        {
            "one statement": put(_POLICY, _document(_STATEMENT, Statement=_STATEMENT)),
            "principals": put(_POLICY, _with(Principal={"AWS": ["*"], "Service": "s3.amazonaws.com"})),
            "condition": put(_POLICY, _with(Condition={"Bool": {"aws:SecureTransport": False}})),
            "any action": put(_POLICY, _document({**_STATEMENT, "Effect": "Deny", "Action": "*"})),
            "another document": put(
                "resource/aws_ecr_lifecycle_policy", {"L": {"repository": "r", "policy": json.dumps({"rules": []})}}
            ),
            "an expression": put(_POLICY, "${var.policy}"),
        },
    )
]
