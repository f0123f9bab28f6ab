"""Check that the parts of a plan agree: planned values, changes and configuration.

Terraform prints every resource that exists after the plan three times. If the parts disagree, the document was cut or
edited, and what is evaluated is not what is applied.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform import hcl_expressions
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile, PlannedResource

_ABSENT: Final = frozenset({("delete",), ("forget",)})
_UPDATES: Final = frozenset({("no-op",), ("update",), ("delete",), ("delete", "create"), ("create", "delete")})
_MODULE: Final = re.compile(rf"^(?:module\.[^.\[]+(?:{hcl_expressions.INSTANCE_KEY})?\.)*")


def check_consistency(plan: PlanFile, file: Path) -> None:
    """Compare the parts of a plan.

    Raises:
        GateError: a resource is missing in one of the parts (``resource_count``), is listed twice, or is not the
            same in two of them (``plan_inconsistent``).
    """
    planned, configuration = list(plan.resources()), list(plan.configured())
    addresses = {resource.address for resource in planned}
    _check_unique("planned_values", (one.address for one in planned), file)
    _check_unique("configuration", (one.address for one in configuration), file)
    # A deposed object has the address of the object that replaced it.
    current = (one.address for one in plan.all_changes() if not one.entry.get("deposed"))
    _check_unique("resource_changes", current, file)
    changes: dict[str, list[Change]] = {}
    for change in plan.all_changes():
        changes.setdefault(change.address, []).append(change)
        _check_sides(change, file)
        if change.actions not in _ABSENT and change.address not in addresses:
            raise GateError("resource_count", f"{file}: {_line(change.address)} is changed but has no planned values")
    configured = {one.address for one in configuration}
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
                f"{_line(', '.join(different[:3])):.200}. {_ADVICE}",
            )


_ADVICE: Final = "Give the unchanged output of `terraform show -json PLAN`."


def _line(text: str) -> str:
    """A text of the plan on one line; U+2028 and the like break lines too."""
    return " ".join(text.split())


def _check_unique(part: str, addresses: Iterable[str], file: Path) -> None:
    repeated = [address for address, count in Counter(addresses).items() if count > 1]
    if repeated:
        raise GateError("plan_inconsistent", f"{file}: {part} lists {repeated[0]} more than once. {_ADVICE}")


def _check_sides(change: Change, file: Path) -> None:
    """Compare the actions with the values: what is created has no values before, what is updated has them."""
    stated = change.entry["change"]
    wrong = ""
    if change.actions == ("create",) and stated.get("before") is not None:
        wrong = "is created but has values before"
    elif change.actions in _UPDATES and stated.get("before") is None:
        wrong = "exists but has no values before"
    if wrong and change.is_managed:
        raise GateError("plan_inconsistent", f"{file}: {change.address} {wrong} the change. {_ADVICE}")


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
