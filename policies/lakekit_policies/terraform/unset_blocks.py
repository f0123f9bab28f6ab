"""Blocks of a plan that are not set, or dynamic blocks that are known only after apply.

Of a block that the provider computes, such as ``server_side_encryption`` of a DynamoDB table, a plan prints the same in
both cases: unknown as a whole, without an expression. Terraform's configuration in the plan lists no dynamic blocks.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, TypeAlias

from lakekit_policies.terraform import block_schema, hcl_expressions
from lakekit_policies.terraform.plan_file import PlanFile

UnsetBlocks: TypeAlias = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Per address: top-level attribute to the dotted paths of the blocks in it, itself included."""
_INDEX: Final = re.compile(hcl_expressions.INSTANCE_KEY)


def find(plan: PlanFile, stated: Collection[str] = ()) -> dict[str, dict[str, tuple[str, ...]]]:
    """The blocks of managed resources that are not set, or dynamic.

    Args:
        plan: the plan as Terraform prints it.
        stated: addresses of resources whose blocks the stack of the plan shows.
    """
    written = {one.address: one.expressions for one in plan.configured()}
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for change in plan.changes():
        declared = _INDEX.sub("", change.address)
        if declared in stated or not change.is_managed:
            continue
        expressions = written.get(declared, {})
        for name, later in change.after_unknown.items():
            blocks = _blocks(change.type, (name,), later, change.after.get(name), expressions.get(name))
            if paths := tuple(dict.fromkeys(blocks)):
                found.setdefault(change.address, {})[name] = paths
    return found


def _blocks(kind: str, path: tuple[str, ...], later: Any, planned: Any, written: Any) -> Iterator[str]:
    if later is True:
        is_computed = block_schema.is_block(kind, path) and not block_schema.is_dynamic(kind, path)
        if is_computed and not planned and written is None:
            yield ".".join(path)
    elif isinstance(later, list):
        for position, one in enumerate(later):
            yield from _blocks(kind, path, one, _at(planned, position), _at(written, position))
    elif isinstance(later, Mapping):
        for name, one in later.items():
            inner = written.get(name) if isinstance(written, Mapping) else None
            value = planned.get(name) if isinstance(planned, Mapping) else None
            yield from _blocks(kind, (*path, name), one, value, inner)


def _at(value: Any, position: int) -> Any:
    return value[position] if isinstance(value, list) and position < len(value) else None
