"""Plan documents with one change, and what the gate makes of them."""

from __future__ import annotations

import copy
import json
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from gate_helpers import DATA, warm_gate

from lakekit_policies import GateError, Verdict

PLANS = ("plan_create.json", "foreign_plan.json")
SURROGATE = "\udcff"
ODD = (None, [], {}, "", 0, True, "text", [None], [[]], {"a": {}}, "${", '{"Statement": []}', 10**400)


@cache
def plan(name: str) -> Any:
    return json.loads((DATA / name).read_text())


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of a document, outer ones first."""
    if at:
        yield at
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*at, key))


def changed(document: Any, at: tuple[Any, ...], operation: str, odd: Any) -> Any:
    made = copy.deepcopy(document)
    parent = made
    for key in at[:-1]:
        parent = parent[key]
    if operation == "delete":
        del parent[at[-1]]
    elif operation == "wrap":
        parent[at[-1]] = [parent[at[-1]]]
    elif operation == "double" and isinstance(parent, list):
        parent.append(copy.deepcopy(parent[at[-1]]))
    else:
        parent[at[-1]] = odd
    return made


def evaluate(document: Any) -> Verdict:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(document))
        return warm_gate().evaluate_plan(file)


def outcome(document: Any) -> tuple[Any, ...]:
    """Exit code and number of resources; of an error, its exit code, whether the engine died, and its lines."""
    try:
        verdict = evaluate(document)
    except GateError as error:
        return error.exit_code, error.code == "engine_died", len(error.message.splitlines())
    return verdict.exit_code, verdict.resources
