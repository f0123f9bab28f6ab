"""The condensed schema (from ``generate.py``) and its queries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

Block = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SnowflakeSchema:
    """Schema of one version of the provider.

    Attributes:
        version: the provider's version.
        preview_features: names that `preview_features_enabled` accepts.
        provider: arguments of the provider block.
        resources: arguments by resource type.
        data_sources: arguments by data source type.
    """

    version: str
    preview_features: frozenset[str]
    provider: Block
    resources: Mapping[str, Block]
    data_sources: Mapping[str, Block]

    def previews_of(self, resource_types: Iterable[str], data_types: Iterable[str] = ()) -> list[str]:
        """Preview features required by these types, sorted."""
        wanted = {f"{kind}_resource" for kind in resource_types} | {f"{kind}_datasource" for kind in data_types}
        return sorted(wanted & self.preview_features)

    def maps(self, kind: str) -> frozenset[str]:
        """Dotted paths of a type's arguments that are maps, not blocks."""
        return _maps_of(kind)

    def collections(self) -> frozenset[str]:
        """Names of arguments that are a list, set or map in any type."""
        return _collections()


@cache
def _maps_of(kind: str) -> frozenset[str]:
    schema = load()
    return frozenset(_maps(schema.resources.get(kind) or schema.data_sources.get(kind) or {}))


@cache
def _collections() -> frozenset[str]:
    return frozenset(name for block in load().resources.values() for name in _collection_names(block))


def _collection_names(block: Block) -> Iterator[str]:
    for name, argument in block.items():
        if str(argument["type"]).startswith(("list(", "set(", "map(")) and "block" not in argument:
            yield name
        if "block" in argument:
            yield from _collection_names(argument["block"])


def _maps(block: Block, prefix: str = "") -> Iterator[str]:
    for name, argument in block.items():
        if str(argument["type"]).startswith("map("):
            yield prefix + name
        if "block" in argument:
            yield from _maps(argument["block"], f"{prefix}{name}.")


@cache
def load() -> SnowflakeSchema:
    """The schema that this version of Lakekit supports."""
    data = json.loads(resources.files(__package__).joinpath("schema.json").read_text(encoding="utf-8"))
    return SnowflakeSchema(**{**data, "preview_features": frozenset(data["preview_features"])})
