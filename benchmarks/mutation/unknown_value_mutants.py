"""Mutants with unknown values in a plan: they must not pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lakekit_policies.iam import policy_documents
from mutation import edits
from mutation.mutant import Document, Mutant, Path, dotted, leaves, put


def mutants(stack: str, kind: str, name: str, body: Document) -> Iterator[Mutant]:
    """Replace values by a variable that is not known in the plan."""
    for path, value in leaves(body):
        steps = [step for step in path if isinstance(step, str)]
        if (
            isinstance(value, dict | list)
            or "tags" in steps
            or (len(steps) > 1 and steps[0] in ("parameters", "timeouts"))
        ):
            continue
        critical = steps[-1] in policy_documents.POLICY_ATTRIBUTES
        if critical or isinstance(value, bool) or "kms" in steps[-1]:
            yield Mutant(
                "plan: unknown",
                stack,
                f"{kind}.{name}",
                dotted(path),
                "not known",
                critical,
                _make_unknown(f"{kind}.{name}", path),
                "plan",
            )


def _make_unknown(address: str, path: Path) -> Callable[[Document], None]:
    steps = [step for step in path if isinstance(step, str)]

    def edit(plan: Document) -> None:
        settings = edits.settings(plan, address)
        change = edits.entry(plan, address)["change"]
        change["actions"] = ["update"]
        _remove(change["after"], steps)
        change["after_unknown"] = _nested(steps, value=True)
        _merge(settings["expressions"], steps)
        kind, _, name = address.partition(".")
        plan.setdefault("written", []).append(put(kind, name, path, "${var.given}"))

    return edit


def _remove(values: Any, steps: list[str]) -> None:
    for step in steps[:-1]:
        values = values[0] if isinstance(values, list) else values
        values = values.get(step) if isinstance(values, dict) else None
        if values is None:
            return
    values = values[0] if isinstance(values, list) and values else values
    if isinstance(values, dict):
        values.pop(steps[-1], None)


def _nested(steps: list[str], *, value: Any) -> Document:
    return {steps[0]: value if len(steps) == 1 else [_nested(steps[1:], value=value)]}


def _merge(expressions: Document, steps: list[str]) -> None:
    if len(steps) == 1:
        expressions[steps[0]] = {"references": ["var.given"]}
        return
    below = expressions.get(steps[0])
    if not isinstance(below, list) or not below:
        below = expressions[steps[0]] = [{}]
    _merge(below[0], steps[1:])
