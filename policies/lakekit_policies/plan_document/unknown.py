"""What a plan does not know yet, in the words of the configuration it was planned from.

A first plan hides every bucket policy that names the key the same plan creates: Terraform shows the attribute as
unknown, and a rule could only pass or refuse it blindly. The text that Terraform will fill in is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def fill(plan: Mapping[str, Any], written: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The plan with texts in place of unknown attributes; all that is known stays what it is.

    Args:
        plan: ``terraform show -json`` of a plan.
        written: the synthesized stack in the same shape (see ``synth.plan_document``).

    Returns:
        The filled document, and the attributes that were filled in. ``resource_changes`` stays what Terraform
        said, and so do instances of ``for_each`` and ``count``, whose texts differ from one another.
    """
    texts = {resource["address"]: resource["values"] for resource in _resources(written)}
    unknown = {
        change["address"]: change["change"].get("after_unknown") or {} for change in plan.get("resource_changes", [])
    }
    filled, attributes = [], []
    for resource in _resources(plan):
        address, values = resource["address"], resource.get("values") or {}
        known_later = unknown.get(address)
        added = _added(texts.get(address, {}), values, known_later) if isinstance(known_later, Mapping) else {}
        attributes += [f"{address}.{name}" for name in added]
        filled.append({**resource, "values": {**values, **added}} if added else resource)
    planned = plan["planned_values"]
    root = {**planned.get("root_module", {}), "resources": filled}
    return {**plan, "planned_values": {**planned, "root_module": root}}, attributes


def _added(texts: Mapping[str, Any], values: Mapping[str, Any], known_later: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes that are not known, as they are written: texts, and maps with a text to come."""
    added: dict[str, Any] = {}
    for name, text in texts.items():
        later = known_later.get(name)
        if isinstance(text, str) and values.get(name) is None and later is True:
            added[name] = text
        elif isinstance(text, Mapping) and isinstance(later, Mapping):
            entries = {key: text[key] for key, unknown in later.items() if unknown is True and key in text}
            if entries:
                added[name] = {**(values.get(name) or {}), **entries}
    return added


def _resources(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = document["planned_values"].get("root_module", {}).get("resources", [])
    return list(found)
