"""Fill unknown values of a plan with the text of the configuration it was planned from.

In a first plan every bucket policy that names a key of the same plan is unknown as a whole, so that rules could not
evaluate it. The text into which Terraform will insert the value is known from the configuration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakekit_policies.terraform.plan_file import PlanFile


def fill(plan: PlanFile, written: PlanFile) -> tuple[PlanFile, list[str]]:
    """Replace unknown attributes of a plan with the text of the configuration; known values are kept.

    Args:
        plan: the plan.
        written: the synthesized stack in the same shape (see ``stack_as_plan.convert_stack``).

    Returns:
        The filled plan, and the attributes that were filled in. Changes stay as Terraform printed them, and so do
        instances of ``for_each`` and ``count``, whose texts differ from one another.
    """
    texts = written.values()
    unknown = {change.address: change.entry["change"].get("after_unknown") or {} for change in plan.all_changes()}
    filled, attributes = [], []
    for resource in plan.planned_module.get("resources", []):
        address, values = resource["address"], resource.get("values") or {}
        known_later = unknown.get(address)
        added = _added(texts.get(address, {}), values, known_later) if isinstance(known_later, Mapping) else {}
        attributes += [f"{address}.{name}" for name in added]
        filled.append({**resource, "values": {**values, **added}} if added else resource)
    root = {**plan.planned_module, "resources": filled}
    planned = {**plan.document["planned_values"], "root_module": root}
    return PlanFile({**plan.document, "planned_values": planned}, plan.sha256), attributes


def _added(texts: Mapping[str, Any], values: Mapping[str, Any], known_later: Mapping[str, Any]) -> dict[str, Any]:
    """The unknown attributes as written: texts, maps with unknown entries, and blocks with them."""
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
    """A nested block with its unknown attributes filled; blocks of a set are matched by their known values."""
    if not isinstance(block, Mapping) or not isinstance(known_later, Mapping):
        return block
    found = [text for text in written if isinstance(text, Mapping) and _agrees(text, block)]
    return {**block, **_added(found[0], block, known_later)} if len(found) == 1 else block


def _agrees(text: Mapping[str, Any], block: Mapping[str, Any]) -> bool:
    """Whether a written block agrees with the known values of a planned one."""
    return all(
        block.get(name) in (None, value)
        for name, value in text.items()
        if isinstance(value, (str, int, float)) and "${" not in str(value)
    )
