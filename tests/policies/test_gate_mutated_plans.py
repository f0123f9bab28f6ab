"""Random mutants of plans that are refused: an error with one line, or findings; never clean, never a crash."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from typing import Any, Final

import pytest
from plan_mutations import ODD, SURROGATE, changed, evaluate, paths, plan

from lakekit_policies import GateError

# Each has findings at several addresses, so that no single change removes all faults.
REFUSED: Final = ("plan_create.json", "foreign_plan.json", "modules/platform.json", "modules/msk_cluster.json")
UNICODE: Final = ("\x00", "\u202eaws", "e\u0301", "\ufeff", "\U0001f5dd", "\u2028", "a" * 5000)
OPERATIONS: Final = ("delete", "wrap", "double", "replace", "odd text", "surrogate", "as text", "nest", "rename")


def nested(depth: int) -> Any:
    value: Any = {}
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def mutant(random_: random.Random, name: str) -> tuple[str, Any]:
    """A description and the changed document; outer places are as likely as inner ones."""
    document = plan(name)
    by_depth: dict[int, list[tuple[Any, ...]]] = {}
    for at in places(name):
        by_depth.setdefault(len(at), []).append(at)
    at = random_.choice(by_depth[random_.choice(sorted(by_depth))])
    operation = random_.choice(OPERATIONS)
    odd: Any = random_.choice(ODD)
    if operation == "odd text":
        odd = random_.choice(UNICODE)
    elif operation == "surrogate":
        odd = f"a{SURROGATE}"
    elif operation == "nest":
        odd = nested(random_.choice((20, 90, 150, 700)))
    elif operation == "as text":
        odd = str(value_at(document, at))
    if operation == "rename" and isinstance(at[-1], str):
        made = changed(document, at, "delete", None)
        value_at(made, at[:-1])[random_.choice(UNICODE) + at[-1]] = copy.deepcopy(value_at(document, at))
    else:
        made = changed(document, at, operation if operation in ("delete", "wrap", "double") else "replace", odd)
    return f"{name}: {operation} {at}", made


_places: dict[str, list[tuple[Any, ...]]] = {}


def places(name: str) -> list[tuple[Any, ...]]:
    if name not in _places:
        _places[name] = list(paths(plan(name)))
    return _places[name]


def value_at(document: Any, at: tuple[Any, ...]) -> Any:
    for key in at:
        document = document[key]
    return document


def faults(document: Any) -> Iterator[str]:
    """What is wrong with the answer of the gate."""
    try:
        verdict = evaluate(document)
    except GateError as error:
        if error.exit_code != 3 or error.code in ("engine_died", "engine_failed"):
            yield f"{error.code}, exit code {error.exit_code}"
        if len(error.message.splitlines()) != 1 or "Traceback" in error.message or len(error.message) > 2000:
            yield f"message: {error.message:.500}"
        return
    if verdict.exit_code != 1:
        yield f"exit code {verdict.exit_code}"
    yield from (
        f"{one.rule_id}: {one.reason}" for one in verdict.findings if "evaluate the configuration" in one.reason
    )


def run(seed: int, count: int, plans: tuple[str, ...] = REFUSED) -> list[str]:
    random_ = random.Random(seed)
    wrong = []
    for _ in range(count):
        description, document = mutant(random_, random_.choice(plans))
        wrong += [f"{description}: {fault}" for fault in faults(document)]
    return wrong


def test_mutated_plans_are_refused() -> None:
    assert not run(12, 40, REFUSED[:2])


@pytest.mark.full
def test_two_thousand_mutated_plans_are_refused() -> None:
    assert not run(5, 2000)
