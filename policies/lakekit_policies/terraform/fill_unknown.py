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
    """The attributes that are not known, as they are written: texts, maps with a text to come, and blocks with them."""
    added: dict[str, Any] = {}
    for name, text in texts.items():
        later, value = known_later.get(name), values.get(name)
        if isinstance(text, str) and value is None and later is True:
            added[name] = text
        elif isinstance(text, Mapping) and value is None and later is True:
            added[name] = dict(text)
        elif isinstance(text, Mapping) and isinstance(later, Mapping):
            entries = {key: text[key] for key, unknown in later.items() if unknown is True and key in text}
            if entries:
                added[name] = {**(value or {}), **entries}
        elif isinstance(text, list) and isinstance(value, list) and isinstance(later, list):
            blocks = [_block(text, block, unknown) for block, unknown in zip(value, later, strict=False)]
            if len(blocks) == len(value) and blocks != value:
                added[name] = blocks
    return added


def _block(written: list[Any], block: Any, known_later: Any) -> Any:
    """A nested block with what is not known of it; blocks of a set come in another order than they are written in."""
    if not isinstance(block, Mapping) or not isinstance(known_later, Mapping):
        return block
    found = [text for text in written if isinstance(text, Mapping) and _agrees(text, block)]
    return {**block, **_added(found[0], block, known_later)} if len(found) == 1 else block


def _agrees(text: Mapping[str, Any], block: Mapping[str, Any]) -> bool:
    """Whether a block is written so, as far as it is known."""
    return all(
        block.get(name) in (None, value)
        for name, value in text.items()
        if isinstance(value, (str, int, float)) and "${" not in str(value)
    )


def _resources(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = document["planned_values"].get("root_module", {}).get("resources", [])
    return list(found)
