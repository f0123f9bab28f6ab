"""The nested blocks of AWS resource types by path, and which of them can be dynamic ones."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from lakekit_policies.terraform import schema


@dataclass(frozen=True, slots=True)
class BlockType:
    """A kind of block at one place of a resource type.

    Attributes:
        arguments: names of its arguments.
        blocks: names of the blocks inside of it.
    """

    arguments: tuple[str, ...]
    blocks: tuple[str, ...]


_NO_BLOCKS: Final[dict[str, int]] = {}


def find(kind: str, path: Sequence[str]) -> BlockType | None:
    """The block at a path of a resource type; None if an argument, or nothing, has these names.

    Args:
        kind: resource type.
        path: names of the blocks that lead to it, and its own.
    """
    position = _position(kind, tuple(path))
    if position is None:
        return None
    arguments, inside = _blocks()["blocks"][position]
    return BlockType(tuple(arguments.split()), tuple(inside))


def of_type(kind: str) -> tuple[str, ...]:
    """Names of the blocks of a resource type."""
    return tuple(_blocks()["types"].get(kind, _NO_BLOCKS))


def is_block(kind: str, path: Sequence[str]) -> bool:
    """Whether a block, not an argument, is at a path of a resource type."""
    return _position(kind, tuple(path)) is not None


def is_dynamic(kind: str, path: Sequence[str]) -> bool:
    """Whether a block that a plan shows as unknown as a whole is a dynamic one with an unknown number of instances.

    The configuration of a plan lists no dynamic blocks: such a block is a dynamic one, or it is not set and the
    provider computes it. A schema does not tell which blocks are computed. ``aws_computed_blocks.json`` lists them:
    those that hashicorp/aws 5.100.0 shows as unknown when it plans a resource without them (``PlanResourceChange`` for
    each type and level of blocks). Blocks of types that were not determined count as computed, unless they are
    required.
    """
    if not is_block(kind, path):
        return False
    lists, part = schema.computed_blocks(), "computed" if len(path) == 1 else "computed_inside"
    if ".".join(path) in schema.load().required.get(kind, ()):
        return True
    return kind not in lists["undetermined"] and path[-1] not in lists[part].get(kind, ())


@cache
def can_have(kind: str, path: tuple[str, ...], argument: str) -> bool:
    """Whether a block, or one inside of it, can have an argument with this in its name."""
    found = find(kind, path)
    if found is None:
        return False
    inner = ((*path, name) for name in found.blocks if path.count(name) < 2)
    return any(argument in one for one in found.arguments) or any(can_have(kind, one, argument) for one in inner)


@cache
def _position(kind: str, path: tuple[str, ...]) -> int | None:
    inside, position = _blocks()["types"].get(kind, _NO_BLOCKS), None
    for name in path:
        position = inside.get(name)
        if position is None:
            return None
        inside = _blocks()["blocks"][position][1]
    return position


@cache
def _blocks() -> dict[str, Any]:
    """The blocks of hashicorp/aws 5.100.0 (from ``generate_block_schema.py``)."""
    text = resources.files(__package__).joinpath("aws_blocks.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
