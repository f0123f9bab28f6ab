"""The evaluator of single requests against a model of IAM's flow, and against the sets of requests of the analyzer."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
import random_policies
import random_policy_sets as model
from hypothesis import given, settings
from hypothesis import strategies as st

from lakekit_policies.iam.evaluation import (
    Caller,
    CallerKind,
    ConcreteRequest,
    PolicySet,
    decide,
    policy_of,
)
from lakekit_policies.iam.requests import Requests, Walk, clauses_of
from lakekit_policies.iam.statements import statements_of
from nonempty import nonempty

SEEDS = st.integers(0, 2**32)
CALLERS = {
    "session": Caller(CallerKind.SESSION, model.ROLE, model.OWN, model.SESSION),
    "user": Caller(CallerKind.USER, model.USER, model.OWN),
    "root": Caller(CallerKind.ROOT, model.ROOT, model.OWN),
    "service": Caller(CallerKind.SERVICE, "glue.amazonaws.com"),
    "federated": Caller(CallerKind.FEDERATED, model.PROVIDER),
    "anonymous": Caller(CallerKind.ANONYMOUS, ""),
}


def disagreement(seed: int) -> str:
    """A random case that the evaluator and the model decide differently; empty if they agree."""
    case = model.case(Random(seed))
    request = ConcreteRequest.of(CALLERS[case["caller"]], case["action"], case["resource"], case["context"])
    policies = PolicySet(
        identity=tuple(map(policy_of, case["identity"])),
        boundary=policy_of(case["boundary"]) if case["boundary"] else None,
        session=tuple(map(policy_of, case["session"])) if case["session"] is not None else None,
        resource=policy_of(case["resource policy"]) if case["resource policy"] else None,
        resource_account=case["resource account"],
        resource_decides=case["resource decides"],
        granted=case["granted"],
        endpoint=policy_of(case["endpoint"]) if case["endpoint"] else None,
    )
    decision, expected = decide(request, policies), model.allows(case)
    if decision.allowed is expected:
        return ""
    return f"seed {seed}: model {expected}, {decision}\n{json.dumps(case, indent=1)}"


@settings(max_examples=400, deadline=None)
@given(SEEDS)
def test_decisions_agree_with_the_model(seed: int) -> None:
    assert disagreement(seed) == ""


@pytest.mark.full
@pytest.mark.parametrize("block", range(4))
def test_ten_thousand_decisions(block: int) -> None:
    assert [text for seed in nonempty(range(block * 2500, block * 2500 + 2500)) if (text := disagreement(seed))] == []


def test_the_generator_makes_requests_of_both_answers() -> None:
    for caller in nonempty(model.CALLERS):
        cases = [one for seed in range(1500) if (one := model.case(Random(seed)))["caller"] == caller]
        assert {model.allows(one) for one in cases} == {True, False}, caller


def outside_the_sets(seed: int) -> str:
    """A request that the evaluator allows and the sets of requests do not contain, or the other way round."""
    random = Random(seed)
    document, keys = random_policies.document(random)
    document["Statement"] = [one for one in document["Statement"] if "NotPrincipal" not in one]
    statements = statements_of(document)
    allowed = [one for one in statements if one.allows]
    denied = tuple(clauses_of(one, of_resource=False) for one in statements if not one.allows)
    sets = [
        found
        for one in allowed
        for start in Requests().matching(clauses_of(one, of_resource=False))
        for found in Walk().avoiding_all(start, denied)
    ]
    kind, account, name = random.choice(random_policies.REQUESTERS)
    caller = {
        "aws": Caller(CallerKind.USER, name, account),
        "service": Caller(CallerKind.SERVICE, name),
        "anonymous": Caller(CallerKind.ANONYMOUS, ""),
    }[kind]
    contexts = list(random_policies.contexts_of((kind, account, name), keys, any_service=True))
    for _ in range(20):
        context = {key: [str(one) for one in values] for key, values in random.choice(contexts).items() if values}
        action = random.choice(random_policies.REQUESTED_ACTIONS)
        resource = random.choice(random_policies.REQUESTED_RESOURCES)
        request = ConcreteRequest.of(caller, action, resource, context)
        identity: Any = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
        decision = decide(
            request,
            PolicySet(identity=(policy_of(identity),), resource=policy_of(document), resource_account="another"),
        )
        if decision.allowed is not any(one.contains(request.values) for one in sets):
            return f"seed {seed}: {decision.allowed} by the evaluator: {request} {json.dumps(document)}"
    return ""


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_request_is_allowed_if_the_sets_contain_it(seed: int) -> None:
    assert outside_the_sets(seed) == ""


@pytest.mark.full
def test_a_thousand_policies_as_sets() -> None:
    assert [text for seed in range(1000) if (text := outside_the_sets(seed))] == []
