"""Leave unset arguments out of the planned values.

A plan lists every argument of a resource: those that are not set as null, absent blocks as empty lists. A check that
asks whether an argument is there takes both for a value, and passes what it rejects in a synthesized stack.

``tags`` stays null: it shows that a type supports tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakekit_policies.terraform import schema
from lakekit_policies.terraform.plan_file import PlanFile


def without_unset(plan: PlanFile) -> PlanFile:
    """The plan with neither null nor empty blocks in its planned values."""
    planned = plan.document.get("planned_values")
    if not isinstance(planned, Mapping):
        return plan
    return PlanFile({**plan.document, "planned_values": {**planned, "root_module": _module(plan.planned_module)}})


def _module(module: Mapping[str, Any]) -> dict[str, Any]:
    resources = [
        {**one, "values": _set(values, str(one["type"]))} if isinstance(values := one.get("values"), dict) else one
        for one in module.get("resources") or ()
    ]
    children = [_module(child) for child in module.get("child_modules") or ()]
    return {**module, "resources": resources, **({"child_modules": children} if children else {})}


def _set(values: dict[str, Any], kind: str) -> dict[str, Any]:
    """The arguments of a type that are set, in nested blocks too."""
    is_block = schema.load().is_block
    found: dict[str, Any] = {}
    for name, value in values.items():
        if (value is None and name != "tags") or (value == [] and is_block(kind, name)):
            continue
        if isinstance(value, list) and value and isinstance(value[0], dict):
            found[name] = [_set(one, kind) if isinstance(one, dict) else one for one in value]
        else:
            found[name] = _set(value, kind) if isinstance(value, dict) and is_block(kind, name) else value
    return found
