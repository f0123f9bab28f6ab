"""Expand dynamic blocks of a stack, and read those of a plan, whose configuration does not list them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform import schema, unknown_blocks, written_blocks
from lakekit_policies.terraform.blocks import as_list

UNKNOWN: Final = "${unknown}"
"""Text in place of an unknown value of a dynamic block."""


def expanded(body: Mapping[str, Any], at: str) -> dict[str, Any]:
    """The body with each ``dynamic`` block expanded once; the number of blocks is known at plan.

    Raises:
        GateError: a dynamic block is not an object.
    """
    if not body.get("dynamic"):
        return dict(body)
    plain = {name: value for name, value in body.items() if name != "dynamic"}
    for part in as_list(body["dynamic"]):
        if not isinstance(part, Mapping):
            raise GateError("not_a_configuration", f"{at}: a dynamic block is not an object")
        for name, settings in part.items():
            for setting in as_list(settings):
                content = setting.get("content") if isinstance(setting, Mapping) else None
                plain[name] = [*as_list(plain.get(name)), *as_list(content)]
    return plain


def is_in(value: Any) -> bool:
    """Whether a value contains unknown values of dynamic blocks."""
    if isinstance(value, Mapping):
        return any(map(is_in, value.values()))
    return any(map(is_in, value)) if isinstance(value, list) else value == UNKNOWN


def fill(value: Any, unknown: Any, written: Any = None, identities: Collection[str] = ()) -> Any:
    """The blocks of a dynamic block with ``UNKNOWN`` for what is unknown in them; other values are kept.

    They have no expressions: without the stack, whether the configuration sets an unknown value is not known either.

    Args:
        value: the planned blocks.
        unknown: what of them is unknown.
        written: the blocks of this name as the stack writes them, dynamic ones once; None without a stack.
        identities: addresses of the resources to whose identity a reference is inserted in place of ``UNKNOWN``.
    """
    if not (isinstance(value, list) and isinstance(unknown, list) and len(value) == len(unknown)):
        return value
    stated = as_list(written)
    stated = stated if all(isinstance(one, Mapping) for one in stated) else []
    made = [
        _block(block, later, stated, identities) if isinstance(block, Mapping) and isinstance(later, Mapping) else block
        for block, later in zip(value, unknown, strict=True)
    ]
    return made if any(new is not old for new, old in zip(made, value, strict=True)) else value


def _block(
    block: Mapping[str, Any],
    unknown: Mapping[str, Any],
    written: list[Mapping[str, Any]],
    identities: Collection[str],
) -> Mapping[str, Any]:
    added = {}
    bodies, parts = [expanded(one, "dynamic") for one in written], inner(written)
    for name, later in unknown.items():
        if later is True and block.get(name) is None:
            found = written_blocks.reference(name, block, bodies, identities) if bodies else UNKNOWN
            found = UNKNOWN if found is written_blocks.UNCLEAR else found
        else:
            found = fill(block.get(name), later, parts.get(name), identities)
        if found is not block.get(name):
            added[name] = found
    return {**block, **added} if added else block


def inner(written: Any) -> dict[str, list[Any]]:
    """The values inside of blocks by name, those of all blocks in one list; dynamic blocks once."""
    found: dict[str, list[Any]] = {}
    for block in as_list(written):
        for name, value in expanded(block, "dynamic").items() if isinstance(block, Mapping) else ():
            found[name] = [*found.get(name, ()), *as_list(value)]
    return found


def known(
    kind: str, planned: Mapping[str, Any], written: Mapping[str, Any], *, is_new: bool = False, is_inside: bool = False
) -> dict[str, Any]:
    """The dynamic blocks of a resource, or of a block, with what is known of them; in a block, arguments too.

    A block without an expression of its own is listed beside those that have one: it can set other arguments.

    Args:
        kind: resource type.
        planned: its planned values.
        written: its arguments with an expression.
        is_new: whether the plan creates the resource. Otherwise, blocks can have values that were read from AWS.
        is_inside: whether the values are those of a block.
    """
    found: dict[str, Any] = {}
    for name, value in planned.items():
        if name in written or value in (None, "", [], {}):
            continue
        if not isinstance(value, list) or not isinstance(value[0], Mapping):
            found |= {name: value} if is_inside else {}
            continue
        # Of a new resource, what the provider computes is unknown: what is known is written.
        is_block = schema.load().is_block(kind, name) or (is_new and not kind.startswith("snowflake_"))
        is_block = is_block or _is_snowflake_block(kind, name)
        if is_block and (is_new or is_inside or unknown_blocks.is_dynamic(kind, name)):
            found[name] = [_known(block) for block in value]
    return found


def _is_snowflake_block(kind: str, name: str) -> bool:
    """Whether a list of objects is a block; the provider computes those that describe the object."""
    return kind.startswith("snowflake_") and not name.endswith("_output") and name != "parameters"


def _known(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _known(part) for name, part in value.items() if part not in (None, "")}
    return [_known(part) for part in value] if isinstance(value, list) else value
