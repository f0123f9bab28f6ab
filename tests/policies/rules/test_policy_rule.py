"""Rules on policy documents find the documents of a resource once, whatever their number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from checkov.common.models.enums import CheckResult

from lakekit_policies.pack.load import load_pack
from lakekit_policies.rules._shared import policy_rule
from lakekit_policies.rules._shared.policy_rule import PolicyRule
from lakekit_policies.terraform.blocks import Block

ALLOWED = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-dev-raw/*"}
MALFORMED = {"Effect": "Allow", "Action": "s3:GetObject", "NotAction": "s3:PutObject", "Resource": "*"}


class Counting(PolicyRule):
    id = "LK_TEST_1"
    title = severity = rationale = remedy = reference = "low"

    def __init__(self) -> None:
        """Without a registration with checkov."""

    def policy_problems(self, *given: Any) -> Iterator[str]:
        _policy, statements, _block = given
        yield f"{len(statements)} statements"


def problems(block: Block, kind: str = "aws_iam_policy") -> list[str]:
    rule = Counting()
    rule.entity_type = kind
    return list(rule.problems(block))


def test_documents_are_found_once_for_a_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[str] = []
    found = policy_rule.policies_of
    monkeypatch.setattr(policy_rule, "policies_of", lambda kind, values: searched.append(kind) or found(kind, values))
    block = {"policy": {"Statement": [ALLOWED]}, "other": {"Statement": [MALFORMED]}}
    assert problems(block) == problems(block) == ["1 statements"]
    assert searched == ["aws_iam_policy"]
    assert problems(block, "aws_sns_topic") == problems(dict(block)) == ["1 statements"]
    assert len(searched) == 3


def test_another_resource_has_its_own_documents() -> None:
    assert problems({"policy": {"Statement": [ALLOWED]}}) == ["1 statements"]
    assert problems({"policy": {"Statement": [ALLOWED, ALLOWED]}}) == ["2 statements"]
    assert problems({"name": "without"}) == []


def test_result_is_that_of_the_first_evaluation() -> None:
    load_pack()
    conf = {"policy": [{"Statement": [ALLOWED]}], "__address__": "aws_iam_policy.one"}
    rule = Counting()
    rule.entity_type, rule.entity_path = "aws_iam_policy", "f:aws_iam_policy:one"
    assert [rule.scan_resource_conf(conf) for _ in range(2)] == [CheckResult.FAILED] * 2
