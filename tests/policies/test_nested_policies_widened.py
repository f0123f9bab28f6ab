"""Plans that widen policies in nested blocks, maps and JSON texts (LK_PLAN_5)."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from lakekit_policies.plan_rules.policies_not_widened import PoliciesNotWidened
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.stack_context import use_context
from lakekit_policies.terraform.stack_metadata import StackMetadata

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme-raw/*"}
WRITE = {**READ, "Action": "s3:PutObject"}
DENY = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}


def text(*statements: dict[str, Any]) -> str:
    return json.dumps({"Statement": list(statements)})


def lines(kind: str, before: dict[str, Any], after: dict[str, Any], unknown: dict[str, Any] | None = None) -> list[str]:
    entry = {"address": f"{kind}.x", "mode": "managed", "type": kind, "name": "x"}
    change = {"actions": ["update"], "before": before, "after": after, "after_unknown": unknown or {}}
    document = {
        "format_version": "1.2",
        "resource_changes": [{**entry, "change": change}],
        "planned_values": {"root_module": {"resources": [{**entry, "values": after}]}},
        "configuration": {"root_module": {"resources": [{**entry, "expressions": {}}]}},
    }
    with use_context(StackMetadata(tier="prod")):
        return [problem.message for problem in PoliciesNotWidened().problems(PlanFile(document))]


PLACES: dict[str, tuple[str, Any]] = {
    "a nested block": ("aws_medialive_channel", lambda one: {"settings": [{"access": [{"policy": one}]}]}),
    "a map": ("aws_ssm_document", lambda one: {"variables": {"policy_of_team": one}}),
    "a state machine": (
        "aws_sfn_state_machine",
        lambda one: {"definition": json.dumps({"States": {"A": {"Parameters": {"Policy": one}}}})},
    ),
    "one block of several": (
        "aws_transfer_server",
        lambda one: {"user": [{"name": "a", "policy": text(DENY)}, {"name": "b", "policy": one}]},
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_wider_policy_is_reported(place: str) -> None:
    kind, build = PLACES[place]
    assert any("+ Allow s3:PutObject" in one for one in lines(kind, build(text(READ)), build(text(READ, WRITE))))
    assert any("- Deny s3:PutObject" in one for one in lines(kind, build(text(READ, DENY)), build(text(READ))))


@pytest.mark.parametrize("place", PLACES)
def test_an_equal_or_narrower_policy_is_not_reported(place: str) -> None:
    kind, build = PLACES[place]
    assert lines(kind, build(text(READ, WRITE)), build(text(READ))) == []
    assert lines(kind, build(text(READ)), build(text(READ, DENY))) == []
    assert lines(kind, build(text(READ)), copy.deepcopy(build(text({**READ, "Sid": "Read"})))) == []


def test_a_nested_policy_that_is_not_known_is_reported() -> None:
    before = {"settings": [{"access": [{"policy": text(READ)}]}]}
    after = {"settings": [{"access": [{}]}]}
    found = lines("aws_medialive_channel", before, after, {"settings": [{"access": [{"policy": True}]}]})
    assert found == ["settings.access.policy is not known before apply; its permissions cannot be compared"]
