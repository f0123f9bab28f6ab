"""Patches of checkov's graph: the same edges without searches through all names of resources and attributes."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Any, Final

from checkov.terraform.graph_builder import local_graph, utils
from checkov.terraform.graph_builder.local_graph import TerraformLocalGraph

Names = dict[str, list[int]]

_find_possible_vertices = TerraformLocalGraph._get_possible_vertices
_has_nested_attributes = utils.attribute_has_nested_attributes
_find_references = utils.get_referenced_vertices_in_value
_BLOCK_TYPES: Final = tuple(utils.BLOCK_TYPES_STRINGS)
_INDEXES: Final = "_lakekit_names_by_base"


def apply() -> None:
    """Apply the patches; idempotent."""
    TerraformLocalGraph._get_possible_vertices = _possible_vertices  # type: ignore[method-assign, assignment]
    local_graph.attribute_has_nested_attributes = _nested_attributes  # type: ignore[attr-defined, assignment]
    local_graph.get_referenced_vertices_in_value = _references  # type: ignore[attr-defined]


def _nested_attributes(key: str, attributes: dict[str, Any], attribute_is_leaf: dict[str, bool] | None = None) -> bool:
    """Whether an attribute has inner attributes, as checkov decides it.

    For each attribute checkov compares the names of all others. Only for a list does the answer depend on them: on
    whether one of those with a position continues its name. Sorted, the first name behind it is the one to look at.
    """
    value = attributes[key]
    if not isinstance(value, list):
        return isinstance(value, dict)
    if attribute_is_leaf and attribute_is_leaf.get(key):
        return False
    names = _names_with_position(attributes)
    following = bisect_right(names, key)
    return following < len(names) and names[following].startswith(key)


def _names_with_position(attributes: dict[str, Any]) -> list[str]:
    """The sorted names of attributes with a position (``rule.0``); the last answer is kept."""
    global _named  # noqa: PLW0603
    if _named is None or _named[0] is not attributes or _named[1] != len(attributes):
        found = sorted(filter(utils.NESTED_ATTRIBUTE_PATTERN.search, attributes))
        _named = attributes, len(attributes), found
    return _named[2]


_named: tuple[dict[str, Any], int, list[str]] | None = None


def _references(value: Any, aliases: dict[str, Any], resources_types: list[str]) -> list[Any]:
    """Return the references in a value.

    Checkov takes every text apart. Only one in which a word begins with a type and a dot can contain a reference;
    function calls and positions are removed before that, so that texts with brackets are left to checkov.
    """
    if not aliases and not _may_refer(value, _reference_start(tuple(resources_types))):
        return []
    return _find_references(value, aliases, resources_types)


def _may_refer(value: Any, start: re.Pattern[str]) -> bool:
    if isinstance(value, str):
        return "." in value and ("(" in value or "[" in value or start.search(value) is not None)
    if isinstance(value, list):
        return any(_may_refer(item, start) for item in value)
    return isinstance(value, dict) and any(_may_refer(item, start) for item in value.values())


@lru_cache(maxsize=16)
def _reference_start(types: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s,{{}}])(?:{'|'.join(map(re.escape, (*_BLOCK_TYPES, *types)))})\.")


def _possible_vertices(self: Any, module: Any, block_type: str, name: str) -> list[int]:
    """Return the vertices with a name, or else those of the first instance ``name[…]``.

    For every reference to a name that does not exist, checkov compares all names of the block type: at 6,000 resources
    that is three quarters of the evaluation, and grows with the square of their number.
    """
    names: Names = self.vertices_by_module_dependency_by_name.get(module, {}).get(block_type, {})
    if found := names.get(name) or names.get(name.replace('["', "[").replace('"]', "]")):
        return found
    return _by_base(self, names).get(name, [])


def _by_base(graph: Any, names: Names) -> Names:
    """Return the vertices of the first name that continues each text with a bracket."""
    indexes: dict[int, tuple[Names, int, Names]] = graph.__dict__.setdefault(_INDEXES, {})
    known = indexes.get(id(names))
    if known is not None and known[0] is names and known[1] == len(names):
        return known[2]
    by_base: Names = {}
    for name, vertices in names.items():
        position = name.find("[")
        while position >= 0:
            by_base.setdefault(name[:position], vertices)
            position = name.find("[", position + 1)
    indexes[id(names)] = (names, len(names), by_base)
    return by_base
