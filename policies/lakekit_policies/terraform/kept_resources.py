"""Resources that leave the state of Terraform and stay in the account.

``removed`` blocks with ``destroy = false`` forget a resource: a bucket keeps a public access block that is no longer
managed. Rules for the bucket need it; it is not evaluated itself.

https://developer.hashicorp.com/terraform/language/resources/syntax#removing-resources
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile


def add(plan: PlanFile) -> tuple[Mapping[str, Any], frozenset[str]]:
    """The document of a plan with the resources that it forgets, as they are before it, and their addresses."""
    forgotten = [
        change
        for change in plan.all_changes()
        if change.actions == ("forget",) and change.is_managed and change.before and not change.entry.get("deposed")
    ]
    if not forgotten:
        return plan.document, frozenset()
    addresses = frozenset(change.address for change in forgotten)
    # Terraform can list them without values (hashicorp/terraform 38641).
    root = _without(plan.planned_module, addresses)
    root["resources"] = [*root.get("resources", ()), *map(_planned, forgotten)]
    changes = [
        {**entry, "change": {**entry["change"], "actions": ["no-op"], "after": entry["change"].get("before")}}
        if entry["address"] in addresses
        else entry
        for entry in plan.document.get("resource_changes") or ()
    ]
    planned = {**plan.document["planned_values"], "root_module": root}
    return {**plan.document, "planned_values": planned, "resource_changes": changes}, addresses


def _without(module: Mapping[str, Any], addresses: frozenset[str]) -> dict[str, Any]:
    found = dict(module)
    if "resources" in module:
        found["resources"] = [one for one in module["resources"] if one["address"] not in addresses]
    if "child_modules" in module:
        found["child_modules"] = [_without(one, addresses) for one in module["child_modules"]]
    return found


def _planned(change: Change) -> dict[str, Any]:
    named = {name: change.entry[name] for name in ("mode", "name", "provider_name") if name in change.entry}
    return {**named, "address": change.address, "type": change.type, "values": change.before}
