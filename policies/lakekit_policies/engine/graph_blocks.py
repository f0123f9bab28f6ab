"""Patches of checkov's graph: the same blocks with fewer copies."""

from __future__ import annotations

import json
from typing import Any, Final

from checkov.common.graph.graph_builder import CustomAttributes, reserved_attributes_to_scan, wrap_reserved_attributes
from checkov.common.graph.graph_builder.graph_components.blocks import Block
from checkov.common.util.data_structures_utils import pickle_deepcopy
from checkov.terraform.graph_builder import local_graph
from checkov.terraform.graph_builder.graph_components import blocks as terraform_blocks
from checkov.terraform.graph_builder.graph_components.block_types import BlockType
from checkov.terraform.graph_builder.graph_components.blocks import TerraformBlock
from checkov.terraform.graph_builder.graph_components.module import Module

_add_resource = Module._add_resource
_ADDERS = Module._block_type_to_func
_REWRITTEN: Final = ("\\\\", '"dynamic"', '"provisioner"')
"""Backslashes, dynamic blocks and provisioners, which checkov rewrites."""


def apply() -> None:
    """Apply the patches; idempotent."""
    _ADDERS[BlockType.RESOURCE] = _add_resources
    Block.get_inner_attributes = classmethod(_inner_attributes)  # type: ignore[method-assign, assignment]
    TerraformBlock.get_inner_attributes = classmethod(_inner_of_terraform)  # type: ignore[method-assign, assignment]
    local_graph.get_attribute_is_leaf = _leaves  # type: ignore[attr-defined]
    terraform_blocks.calculate_hash = _no_hash  # type: ignore[attr-defined]


def _add_resources(self: Any, blocks: list[dict[str, dict[str, Any]]], path: Any) -> None:
    """Add the blocks of resources.

    Checkov copies each configuration six times. The blocks of one need two independent copies.
    """
    for block in blocks:
        text = json.dumps(block)
        if any(one in text for one in _REWRITTEN) or not _is_single(block):
            _add_resource(self, pickle_deepcopy([block]), path)
            continue
        (kind, named), *_ = json.loads(text).items()
        (name, attributes), *_ = named.items()
        self.resources_types.add(kind)
        if not isinstance(attributes, dict):
            continue
        for reserved in reserved_attributes_to_scan:
            if reserved in attributes:
                attributes[wrap_reserved_attributes(reserved)] = attributes[reserved]
        attributes[CustomAttributes.RESOURCE_TYPE] = [kind]
        self._add_to_blocks(
            TerraformBlock(
                block_type=BlockType.RESOURCE,
                name=f"{kind}.{name}",
                config=json.loads(text),
                path=path,
                attributes=attributes,
                id=f"{kind}.{name}",
                source=self.source,
                has_dynamic_block=False,
                dynamic_attributes={},
            )
        )


def _is_single(block: dict[str, dict[str, Any]]) -> bool:
    return len(block) == 1 and all(len(named) == 1 for named in block.values())


def _inner_of_terraform(cls: Any, attribute_key: str, attribute_value: Any, strip_list: bool = True) -> dict[str, Any]:
    return _inner_attributes(cls, attribute_key, _bare(attribute_value) if strip_list else attribute_value)


def _inner_attributes(cls: Any, attribute_key: str, attribute_value: Any, strip_list: bool = True) -> dict[str, Any]:
    """Every value inside of an attribute, by its path.

    Checkov merges the result of each level into that of the one above.
    """
    del strip_list
    found: dict[str, Any] = {}
    _collect(found, attribute_key, attribute_value, is_terraform=issubclass(cls, TerraformBlock))
    return found


def _collect(found: dict[str, Any], path: str, value: Any, *, is_terraform: bool) -> None:
    if isinstance(value, list):
        items: Any = list(enumerate(value))
        own: Any = [None] * len(value)
    elif isinstance(value, dict):
        value.pop("", None)
        items, own = value.items(), {}
    else:
        found[path] = value
        return
    found[path] = own
    for key, inner in items:
        inner_path = f"{path}.{key}"
        _collect(found, inner_path, _bare(inner) if is_terraform else inner, is_terraform=is_terraform)
        own[key] = found[inner_path]


def _bare(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _leaves(vertex: TerraformBlock) -> dict[str, bool]:
    """Whether each attribute has no inner attributes, as checkov decides it."""
    leaves: dict[str, bool] = {}
    for attribute in vertex.attributes:
        leaves[attribute] = True
        outer = attribute.rpartition(".")[0]
        if outer in leaves:
            leaves[outer] = False
    return leaves


def _no_hash(data: Any) -> str:
    """Nothing reads the hash of a vertex in a graph of rustworkx; checkov formats the complete vertex for it."""
    del data
    return ""
