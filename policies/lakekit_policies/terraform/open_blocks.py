"""Dynamic blocks of a plan whose instances and content are not known, and what they can contain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias

from lakekit_policies.terraform import block_schema, schema
from lakekit_policies.terraform.dynamic_blocks import UNKNOWN_BLOCK
from lakekit_policies.terraform.plan_file import PlanFile

Place: TypeAlias = tuple[str | int, ...]
"""Names of blocks, and the positions of those around the last one."""
Content: TypeAlias = Callable[[str, str], str | None]
"""A value for an argument, by type and name; None for none."""


def find(plan: PlanFile, uncertain: Collection[tuple[str, str]]) -> dict[str, list[Place]]:
    """The blocks of each managed resource that nothing is known of.

    Args:
        plan: the plan with resolved values (see ``resolve_values.resolve``).
        uncertain: address and attribute of values that are not certain.
    """
    found: dict[str, list[Place]] = {}
    values = plan.values()
    for change in plan.changes():
        if change.address not in values:
            continue
        planned = values[change.address]
        places: list[Place] = [
            (name,)
            for name, later in change.after_unknown.items()
            if later is True
            and (change.address, name) in uncertain
            and not planned.get(name)
            and block_schema.is_block(change.type, (name,))
        ]
        places += (place for name in change.after_unknown for place in inside(planned.get(name), (name,)))
        if places:
            found[change.address] = places
    return found


def with_content(
    arguments: Mapping[str, Any], kind: str, place: Place, contents: Collection[Content]
) -> dict[str, Any]:
    """The arguments of a resource with one block for each of these contents at a place."""
    names = tuple(one for one in place if isinstance(one, str))
    made: dict[str, Any] = _set(arguments, place, [_block(kind, names, content) for content in contents])
    return made


def inside(value: Any, at: Place) -> Iterator[Place]:
    """The blocks in a value that nothing is known of; ``at`` leads to the value."""
    if value == UNKNOWN_BLOCK:
        yield at
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from inside(item, (*at, position))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from inside(item, (*at, name))


def _block(kind: str, path: tuple[str, ...], content: Content) -> dict[str, Any]:
    found = block_schema.find(kind, path)
    if found is None:
        return {}
    made: dict[str, Any] = {}
    for name in found.arguments:
        dotted = ".".join((*path, name))
        if (value := content(kind, name)) is not None:
            made[name] = {name: value, "password": value} if schema.load().is_map(kind, dotted) else value
    return made | {name: [_block(kind, (*path, name), content)] for name in found.blocks if path.count(name) < 2}


def _set(value: Any, place: Place, blocks: list[dict[str, Any]]) -> Any:
    if not place:
        return blocks
    step, rest = place[0], place[1:]
    if isinstance(step, int):
        items = list(value) if isinstance(value, list) else []
        items += [{}] * (step + 1 - len(items))
        items[step] = _set(items[step], rest, blocks)
        return items
    body = dict(value) if isinstance(value, Mapping) else {}
    return {**body, step: _set(body.get(step), rest, blocks)}
