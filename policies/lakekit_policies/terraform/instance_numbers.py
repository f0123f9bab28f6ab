"""Resources of a stack whose ``count`` or ``for_each`` gives no instances, or may give none.

https://developer.hashicorp.com/terraform/language/meta-arguments/count
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, Final

from lakekit_policies.terraform import hcl_expressions
from lakekit_policies.terraform.constants import Constants
from lakekit_policies.terraform.resource_block import ResourceBlock
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_NUMBERS: Final = ("count", "for_each")
_CHAINED: Final = re.compile(r"(?:(?:length|toset|keys|values)\()?([a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*)\)?")
"""A resource that has one instance for each of another one."""
_WHOLE: Final = re.compile(r"0|[1-9][0-9]*")
"""A number of instances as text; Terraform reads others, such as ``0.0``, as numbers, too."""


class Instances(Enum):
    """Whether a resource has instances."""

    NONE = "none"
    SOME = "some"
    OFF = "none, unless a variable has another value than its default"
    ON = "some, unless a variable has another value than its default"
    OPEN = "decided by a variable without a default, or by what only the plan shows"


UNDECIDED: Final = (Instances.OFF, Instances.ON, Instances.OPEN)


def of_stack(stack: SynthesizedStack) -> dict[str, Instances]:
    """The resources with ``count`` or ``for_each``, by address."""
    constants = stack.constants
    blocks = {one.address: one for one in stack.resources() if any(one.body.get(name) is not None for name in _NUMBERS)}
    return {address: _of(block, blocks, constants, 0) for address, block in blocks.items()}


def without(stack: SynthesizedStack, addresses: Collection[str]) -> Mapping[str, Any]:
    """The configuration of a stack without these resources."""

    def kinds(part: Any) -> Any:
        if isinstance(part, list):
            return [kinds(one) for one in part]
        return {kind: named if kind == "//" else _named(kind, named, addresses) for kind, named in part.items()}

    return {**stack.configuration, "resource": kinds(stack.configuration["resource"])}


def _named(kind: str, named: Any, addresses: Collection[str]) -> Any:
    if isinstance(named, list):
        return [_named(kind, one, addresses) for one in named]
    return {name: body for name, body in named.items() if f"{kind}.{name}" not in addresses}


def _of(block: ResourceBlock, blocks: Mapping[str, ResourceBlock], constants: Constants, depth: int) -> Instances:
    written = next(block.body[name] for name in _NUMBERS if block.body.get(name) is not None)
    expression = hcl_expressions.whole(written) if isinstance(written, str) else None
    chained = _CHAINED.fullmatch(expression) if expression is not None else None
    if chained is not None and depth < len(blocks):
        target = blocks.get(chained.group(1))
        return Instances.SOME if target is None else _of(target, blocks, constants, depth + 1)
    found = constants.scope.written(written)
    if isinstance(found.value, list | dict):
        is_none = not found.value
    elif _WHOLE.fullmatch(str(found.value)):
        is_none = str(found.value) == "0"
    else:
        return Instances.OPEN
    if found.is_final:
        return Instances.NONE if is_none else Instances.SOME
    return Instances.OFF if is_none else Instances.ON
