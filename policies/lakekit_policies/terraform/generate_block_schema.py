"""Condense a provider's schema to the blocks of each resource type by path, with their arguments.

    terraform providers schema -json | python -m lakekit_policies.terraform.generate_block_schema > aws_blocks.json

``types`` holds the blocks of each resource type by name, as positions in ``blocks``: the arguments of a block,
separated by spaces, and the blocks inside of it. Blocks with the same arguments and blocks are listed once.
"""

from __future__ import annotations

import json
import sys
from typing import Any, TypeAlias

Inside: TypeAlias = dict[str, int]
"""Blocks by name, as positions."""


def condense(document: dict[str, Any]) -> dict[str, Any]:
    """The blocks of the resource types of all providers of a schema document."""
    blocks: list[tuple[str, Inside]] = []
    positions: dict[str, int] = {}

    def inside(block: dict[str, Any]) -> Inside:
        children = sorted(block.get("block_types", {}).items())
        return {name: position(child["block"]) for name, child in children if name != "timeouts"}

    def position(block: dict[str, Any]) -> int:
        attributes = block.get("attributes", {}).items()
        arguments = sorted(name for name, one in attributes if one.get("optional") or one.get("required"))
        found = " ".join(arguments), inside(block)
        key = json.dumps(found)
        if key not in positions:
            positions[key] = len(blocks)
            blocks.append(found)
        return positions[key]

    types = {
        kind: found
        for provider in document["provider_schemas"].values()
        for kind, schema in sorted(provider.get("resource_schemas", {}).items())
        if (found := inside(schema["block"]))
    }
    return {"blocks": blocks, "types": types}


if __name__ == "__main__":
    json.dump(condense(json.load(sys.stdin)), sys.stdout, separators=(",", ":"))
