"""Check that the parts of a plan agree: planned values, changes and configuration.

Terraform prints every resource that exists after the plan three times. If the parts disagree, the document was cut or
edited, and what is evaluated is not what is applied.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile, PlannedResource

_ABSENT: Final = frozenset({("delete",), ("forget",)})
_MODULE: Final = re.compile(r"^(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*")


def check_consistency(plan: PlanFile, file: Path) -> None:
    """Compare the parts of a plan.

    Raises:
        GateError: a resource is missing in one of the parts (``resource_count``), or is not the same in two of
            them (``plan_inconsistent``).
    """
    planned = list(plan.resources())
    addresses = {resource.address for resource in planned}
    changes: dict[str, list[Change]] = {}
    for change in plan.all_changes():
        changes.setdefault(change.address, []).append(change)
        if change.actions not in _ABSENT and change.address not in addresses:
            raise GateError("resource_count", f"{file}: {change.address} is changed but has no planned values")
    configured = {one.address for one in plan.configured()}
    for resource in planned:
        _check_address(resource, file)
        found = changes.get(resource.address, [])
        if resource.mode == "managed" and not found:
            raise GateError(
                "resource_count", f"{file}: {resource.address} has planned values but is not in resource_changes"
            )
        kept = [change for change in found if change.actions not in _ABSENT]
        if kept and resource.declared_address not in configured:
            raise GateError(
                "plan_inconsistent",
                f"{file}: {resource.address} is planned but is not in the configuration. {_ADVICE}",
            )
        if kept and (different := min((_different(resource, change) for change in kept), key=len)):
            raise GateError(
                "plan_inconsistent",
                f"{file}: {resource.address}: planned_values and resource_changes disagree on "
                f"{', '.join(different[:3])}. {_ADVICE}",
            )


_ADVICE: Final = "Give the unchanged output of `terraform show -json PLAN`."


def _check_address(resource: PlannedResource, file: Path) -> None:
    local = _MODULE.sub("", resource.address)
    prefix = f"data.{resource.type}." if resource.mode == "data" else f"{resource.type}."
    if resource.mode in ("managed", "data") and not local.startswith(prefix):
        raise GateError(
            "plan_inconsistent",
            f"{file}: {resource.address} states mode {resource.mode} and type {resource.type}. {_ADVICE}",
        )


def _different(resource: PlannedResource, change: Change) -> list[str]:
    """Names of what is not the same in the planned values and in the change."""
    mode = "managed" if change.is_managed else "data"
    names = ["mode"] if resource.mode in ("managed", "data") and mode != resource.mode else []
    names += ["type"] if change.type != resource.type else []
    planned, after = resource.values, change.after
    if planned != after:
        names += [name for name in sorted({*planned, *after}) if planned.get(name) != after.get(name)]
    return names
