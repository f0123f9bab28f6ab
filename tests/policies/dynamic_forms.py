"""Rewrite the nested blocks of a stack and of its plan as dynamic blocks."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from gate_helpers import warm_gate

from lakekit_policies import Verdict
from lakekit_policies.terraform import block_schema
from lakekit_policies.terraform.stack_as_full_plan import convert_stack_fully

Document: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str | int, ...]
"""Names of blocks, and the positions of those around the last one."""
Stated: TypeAlias = dict[tuple[str, str], str]
"""Reasons by rule and address."""

ONE = [1]
UNKNOWN = '${uuid() == "" ? [] : [1]}'


def blocks(kind: str, body: Document, at: Place = ()) -> Iterator[Place]:
    """Places of the nested blocks of a resource that are not dynamic."""
    for name, value in body.items():
        names = (*(one for one in at if isinstance(one, str)), name)
        written = value if isinstance(value, list) else [value]
        if value and block_schema.is_block(kind, names) and all(isinstance(one, dict) for one in written):
            yield (*at, name)
            for position, block in enumerate(written):
                yield from blocks(kind, block, (*at, name, position))


def dynamic(stack: Document, kind: str, name: str, place: Place, for_each: Any) -> Document:
    """The stack with the blocks at a place of a resource as dynamic ones."""
    changed = copy.deepcopy(stack)
    body = changed["resource"][kind][name]
    for step in place[:-1]:
        body = body[step if isinstance(body, list) or isinstance(step, str) else 0] if not _single(body, step) else body
    written = body.pop(place[-1])
    settings = [{"for_each": for_each, "content": one} for one in (written if isinstance(written, list) else [written])]
    body["dynamic"] = {**body.get("dynamic", {}), place[-1]: settings}
    return changed


def _single(body: Any, step: str | int) -> bool:
    """Whether a block is written as an object, not in a list."""
    return isinstance(step, int) and isinstance(body, dict)


def first_plan(stack: Document) -> Document:
    """The first plan of a stack."""
    made: Document = json.loads(json.dumps(convert_stack_fully(stack)))
    return made


def plan(stack: Document, kind: str, name: str, place: Place, *, known: bool) -> Document:
    """The first plan of a stack whose blocks at a place of a resource are dynamic ones."""
    document = first_plan(stack)
    address = f"{kind}.{name}"
    entries = [
        *(one["values"] for one in document["planned_values"]["root_module"]["resources"] if one["address"] == address),
        *(one["change"]["after"] for one in document["resource_changes"] if one["address"] == address),
    ]
    (configured,) = (one for one in document["configuration"]["root_module"]["resources"] if one["address"] == address)
    (change,) = (one["change"] for one in document["resource_changes"] if one["address"] == address)
    parent = _parent(configured["expressions"], place)
    written = parent.pop(place[-1], None) if isinstance(parent, dict) else None
    later = True
    if known:
        later = _unknown(written, _parent(entries[0], place)[place[-1]])
    else:
        for values in entries:
            _parent(values, place).pop(place[-1], None)
    change["after_unknown"] = _later(place, later, entries[0])
    return document


def _unknown(expression: Any, value: Any) -> Any:
    """What of a block is unknown: the references in it."""
    if isinstance(value, list) and isinstance(expression, list):
        return [_unknown(*one) for one in zip(expression, value, strict=True)]
    if isinstance(expression, dict) and "references" in expression:
        return value is None
    if isinstance(expression, dict):
        inner = value if isinstance(value, dict) else {}
        return {name: _unknown(item, inner.get(name)) for name, item in expression.items()}
    return False


def _parent(value: Any, place: Place) -> Any:
    for step in place[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None  # a block without references
    return value


def _later(place: Place, later: Any, values: Any) -> Any:
    if not place:
        return later
    step = place[0]
    if isinstance(step, int):
        return [_later(place[1:], later, one) if number == step else {} for number, one in enumerate(values)]
    return {step: _later(place[1:], later, values.get(step))}


def at_synth(folder: Path, stack: Document) -> Stated:
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    return stated(warm_gate().evaluate_synth(folder))


def at_plan(folder: Path, document: Document, stack: Document | None) -> Stated:
    (folder / "plan.json").write_text(json.dumps(document))
    if stack is not None:
        (folder / "cdk.tf.json").write_text(json.dumps(stack))
    file = folder / "cdk.tf.json" if stack is not None else None
    return stated(warm_gate().evaluate_plan(folder / "plan.json", stack=file))


def stated(verdict: Verdict) -> Stated:
    return {(one.rule_id, one.address): one.reason for one in (*verdict.warnings, *verdict.findings)}
