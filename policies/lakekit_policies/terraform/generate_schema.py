"""Condense a provider's schema for the conversion of stacks to plans.

    terraform providers schema -json | python -m lakekit_policies.terraform.generate_schema > aws_schema.json

Kept are the attributes that are maps (in a plan a map is an object, a block a list of objects), the names of
arguments that are a list, set or map, or a boolean or number, the names of blocks, the required blocks of resource
types, and the types that take tags. Names that are different things in different types are kept with their types.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from lakekit_policies.terraform.schema import EVERYWHERE


def condense(document: dict[str, Any]) -> dict[str, Any]:
    """Maps and required blocks by type, and taggable types, over all providers of a schema document."""
    maps: dict[str, list[str]] = {}
    required: dict[str, list[str]] = {}
    taggable: list[str] = []
    collections: set[str] = set()
    blocks: dict[str, set[str]] = {}
    scalars: dict[str, set[str]] = {}
    texts: set[str] = set()
    attributes: set[str] = set()
    for provider in document["provider_schemas"].values():
        for kind in ("resource_schemas", "data_source_schemas"):
            for name, schema in provider.get(kind, {}).items():
                paths = sorted(set(_maps(schema["block"])))
                if paths:
                    maps[name] = sorted({*maps.get(name, []), *paths})
                if "tags_all" in schema["block"].get("attributes", {}):
                    taggable.append(name)
                if kind == "resource_schemas":
                    collections.update(_collections(schema["block"]))
                    for block in _blocks(schema["block"]):
                        blocks.setdefault(block, set()).add(name)
                    attributes.update(_attributes(schema["block"]))
                    for argument, is_scalar in _arguments(schema["block"]):
                        scalars.setdefault(argument, set()).update([name] if is_scalar else [])
                        texts.update([] if is_scalar else [argument])
                if kind == "resource_schemas" and (paths := sorted(_required(schema["block"]))):
                    required[name] = paths
    return {
        "blocks": sorted(blocks.keys() - attributes),
        "blocks_by_name": {one: sorted(blocks[one]) for one in sorted(blocks.keys() & attributes)},
        "collections": sorted(collections),
        "maps": dict(sorted(maps.items())),
        "required": dict(sorted(required.items())),
        "scalars": sorted(scalars.keys() - texts),
        "scalars_by_name": {one: sorted(scalars[one]) for one in sorted(texts & scalars.keys()) if scalars[one]},
        "taggable": sorted(set(taggable)),
    }


def _maps(block: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for name, attribute in block.get("attributes", {}).items():
        kind = attribute.get("type")
        if isinstance(kind, list) and kind[0] in ("map", "object") and name not in EVERYWHERE:
            yield prefix + name
        if nested := attribute.get("nested_type"):
            if nested["nesting_mode"] in ("map", "single"):
                yield prefix + name
            yield from _maps(nested, f"{prefix}{name}.")
    for name, child in block.get("block_types", {}).items():
        if child["nesting_mode"] in ("map", "single") and name not in EVERYWHERE:
            yield prefix + name
        yield from _maps(child["block"], f"{prefix}{name}.")


def _collections(block: dict[str, Any]) -> Iterator[str]:
    for name, attribute in block.get("attributes", {}).items():
        is_argument = attribute.get("optional") or attribute.get("required")
        if is_argument and ("nested_type" in attribute or isinstance(attribute.get("type"), list)):
            yield name
    for child in block.get("block_types", {}).values():
        yield from _collections(child["block"])


def _blocks(block: dict[str, Any]) -> Iterator[str]:
    for name, child in block.get("block_types", {}).items():
        yield name
        yield from _blocks(child["block"])


def _attributes(block: dict[str, Any]) -> Iterator[str]:
    yield from block.get("attributes", {})
    for child in block.get("block_types", {}).values():
        yield from _attributes(child["block"])


def _arguments(block: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    """Names of arguments, and whether each is a boolean or a number."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("optional") or attribute.get("required"):
            yield name, attribute.get("type") in ("bool", "number")
    for child in block.get("block_types", {}).values():
        yield from _arguments(child["block"])


def _required(block: dict[str, Any], prefix: str = "", depth: int = 4) -> Iterator[str]:
    """Paths of required blocks; deeper ones, of dashboards and web ACLs, would make up most of the file."""
    for name, child in block.get("block_types", {}).items() if depth else ():
        if child.get("min_items"):
            yield prefix + name
        yield from _required(child["block"], f"{prefix}{name}.", depth - 1)


if __name__ == "__main__":
    json.dump(condense(json.load(sys.stdin)), sys.stdout, indent=0, separators=(",", ":"))
