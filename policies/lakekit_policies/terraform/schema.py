"""Provider schemas: which attributes are maps or collections, which blocks are required, which types have tags."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from lakekit_policies.snowflake_schema import schema as snowflake

EVERYWHERE: Final = frozenset({"tags", "tags_all", "timeouts"})
"""Names of attributes that are maps (or a single block) in every type."""

_WRITTEN: Final = re.compile(
    r"(?:.*_)?(?:acl|algorithm|behavior|class|connectivity|engine|mode|ownership|protocols?|state|status|types?)"
    r"|client_broker|encryption_option|filter_expression|http_tokens|iam_auth|image_tag_mutability|release_label"
)
"""Names of texts that no resource has as its identity: row filters, and one of several values."""

READ_ONLY: Final[Mapping[str, frozenset[str]]] = {
    "aws_db_cluster_snapshot": frozenset({"storage_encrypted"}),
    "aws_neptune_cluster_snapshot": frozenset({"storage_encrypted"}),
}
"""Attributes that a rule reads and no configuration can set: known only after apply."""


@dataclass(frozen=True, slots=True)
class Schema:
    maps: dict[str, frozenset[str]]
    taggable: frozenset[str]
    required: dict[str, frozenset[str]]
    """Dotted paths of the blocks that a type, or the block around them, requires."""
    collections: frozenset[str]
    """Names of arguments that are a list, set or map in any type."""
    blocks: frozenset[str]
    """Names of nested blocks that are an attribute of no type."""
    blocks_by_name: dict[str, frozenset[str]]
    """Types in which other names are nested blocks."""
    scalars: frozenset[str]
    """Names of arguments that are a boolean or a number in every type."""
    scalars_by_name: dict[str, frozenset[str]]
    """Types in which other names are a boolean or a number."""

    def is_collection(self, kind: str, name: str) -> bool:
        """Whether an argument of this name holds several values."""
        return name in (snowflake.load().collections() if kind.startswith("snowflake_") else self.collections)

    def is_block(self, kind: str, name: str) -> bool:
        """Whether a name is a nested block of a type, at any depth."""
        return name in self.blocks or kind in self.blocks_by_name.get(name, ())

    def is_scalar(self, kind: str, name: str) -> bool:
        """Whether an argument of a type is a boolean or a number, at any depth."""
        return name in self.scalars or kind in self.scalars_by_name.get(name, ())

    def takes_no_identity(self, kind: str, name: str) -> bool:
        """Whether no resource is the value of an argument: one with a reference is computed from it."""
        return _WRITTEN.fullmatch(name) is not None or self.is_scalar(kind, name)

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
        blocks_by_name={name: frozenset(kinds) for name, kinds in data["blocks_by_name"].items()},
        scalars=frozenset(data["scalars"]),
        scalars_by_name={name: frozenset(kinds) for name, kinds in data["scalars_by_name"].items()},
    )


@cache
def computed_blocks() -> dict[str, Any]:
    """Blocks that hashicorp/aws 5.100.0 computes if they are not set (see ``block_schema``), by type.

    ``computed`` and ``computed_inside`` name them, ``undetermined`` the types whose blocks were not determined.
    """
    text = resources.files(__package__).joinpath("aws_computed_blocks.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
