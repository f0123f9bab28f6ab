"""The analyzer of policy documents against a model that tries every request."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

import pytest
import random_policies as model
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit_policies.boundary import Membership
from lakekit_policies.iam.outside_access import outside_access
from lakekit_policies.iam.policy_diff import permissions_gained
from lakekit_policies.iam.statements import statements_of

SEEDS = st.integers(0, 2**32)


def disagreement(seed: int) -> str:
    """A random policy for which the analyzer and the model do not give the same answer; empty if they do."""
    policy, keys = model.document(Random(seed))
    found = list(outside_access(statements_of(policy), model.BOUNDARY))
    is_decided = Membership.UNKNOWN not in {access.membership for access in found}
    expected = model.opens(policy, keys)
    return "" if is_decided and bool(found) is expected else f"seed {seed}, model {expected}: {json.dumps(policy)}"


def widening_disagreement(seed: int) -> str:
    random = Random(seed)
    before, keys = model.document(random)
    after = changed(before, keys, random)
    lines = permissions_gained(before, after)
    expected = model.widens(before, after, keys)
    texts = f"{json.dumps(before)} to {json.dumps(after)}: {lines}"
    return "" if bool(lines) is expected else f"seed {seed}, model {expected}: {texts}"


def changed(policy: dict[str, Any], keys: list[str], random: Random) -> dict[str, Any]:
    """A policy with one statement changed, added or removed."""
    after = copy.deepcopy(policy)
    index = random.randrange(len(after["Statement"]))
    match random.choice(["condition", "condition", "principal", "resource", "add", "remove", "replace"]):
        case "condition":
            operator, values = model.test(random, key := random.choice(keys))
            after["Statement"][index]["Condition"] = {operator: {key: values}}
        case "principal" if "Principal" in after["Statement"][index]:
            after["Statement"][index]["Principal"] = random.choice(model.PRINCIPALS)
        case "resource" if "Resource" in after["Statement"][index]:
            after["Statement"][index]["Resource"] = random.choice(model.RESOURCES)
        case "add":
            after["Statement"].append(model.statement(random, keys, None))
        case "remove":
            del after["Statement"][index]
        case _:
            after["Statement"][index] = model.statement(random, keys, None)
    return after


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_access_from_outside_agrees_with_the_model(seed: int) -> None:
    assert disagreement(seed) == ""


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_widening_agrees_with_the_model(seed: int) -> None:
    assert widening_disagreement(seed) == ""


def test_the_generator_makes_policies_of_both_answers() -> None:
    answers = [model.opens(*model.document(Random(seed))) for seed in range(60)]
    assert 10 <= sum(answers) <= 50


@pytest.mark.full
@pytest.mark.parametrize("block", range(10))
def test_ten_thousand_hostile_policies(block: int) -> None:
    found = [text for seed in range(block * 1000, block * 1000 + 1000) if (text := disagreement(seed))]
    assert found == []


@pytest.mark.full
def test_two_thousand_changes() -> None:
    assert [text for seed in range(2000) if (text := widening_disagreement(seed))] == []
