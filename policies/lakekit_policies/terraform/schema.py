"""Provider schemas: which attributes are maps or collections, which blocks are required, which types have tags."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from lakekit_policies.snowflake_schema import schema as snowflake

EVERYWHERE: Final = frozenset({"tags", "tags_all", "timeouts"})
"""Names of attributes that are maps (or a single block) in every type."""


@dataclass(frozen=True, slots=True)
class Schema:
    maps: dict[str, frozenset[str]]
    taggable: frozenset[str]
    required: dict[str, frozenset[str]]
    """Dotted paths of the blocks that a type, or the block around them, requires."""
    collections: frozenset[str]
    """Names of arguments that are a list, set or map in any type."""
    blocks: frozenset[str]
    """Names of nested blocks that are an argument with several values in no type."""

    def is_collection(self, kind: str, name: str) -> bool:
        """Whether an argument of this name holds several values."""
        return name in (snowflake.load().collections() if kind.startswith("snowflake_") else self.collections)

    def is_map(self, kind: str, path: str) -> bool:
        """Whether the attribute at a dotted path of a type is an object rather than a list of blocks."""
        if kind.startswith("snowflake_"):
            return path.rpartition(".")[2] == "timeouts" or path in snowflake.load().maps(kind)
        return path.rpartition(".")[2] in EVERYWHERE or path in self.maps.get(kind, ())


@cache
def load() -> Schema:
    """The condensed schema of hashicorp/aws 5.100.0 (from ``generate_schema.py``)."""
    text = resources.files(__package__).joinpath("aws_schema.json").read_text(encoding="utf-8")
    data = json.loads(text)
    return Schema(
        maps={kind: frozenset(paths) for kind, paths in data["maps"].items()},
        taggable=frozenset(data["taggable"]),
        required={kind: frozenset(names) for kind, names in data["required"].items()},
        collections=frozenset(data["collections"]),
        blocks=frozenset(data["blocks"]),
    )
