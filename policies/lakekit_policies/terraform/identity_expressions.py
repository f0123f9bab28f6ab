"""Expressions that can only give the identity of a resource (its id, ARN, name …), or nothing.

A plan lists the references of an expression, not the expression: ``aws_iam_policy.a.arn`` stands for
``replace(aws_iam_policy.a.arn, …)`` and ``aws_iam_policy.a.arn == "" ? … : "arn:…"`` too. A stack shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import eq
from typing import Any, TypeAlias

from lakekit_policies.terraform import expression_parts, hcl_expressions
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.resource_block import META_ARGUMENTS
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

Path: TypeAlias = tuple[str, ...]
"""Names of blocks and arguments that lead to a value."""


def computed_arguments(plan: PlanFile, stack: SynthesizedStack) -> frozenset[tuple[str, str]]:
    """Address and name of the unknown arguments of a plan that are more than the identity of a resource.

    Args:
        plan: the plan.
        stack: the stack that it was made from.
    """
    computed = {
        (block.address, name): [
            path for path, text in _expressions(value, stack.constants) if not expression_parts.is_identity(text)
        ]
        for block in stack.resources()
        for name, value in block.body.items()
        if name not in META_ARGUMENTS
    }
    return frozenset(
        (change.address, name)
        for change in plan.changes()
        for name, later in change.after_unknown.items()
        if _meet(computed.get((hcl_expressions.without_indexes(change.address), name), ()), list(_unknown(later)))
    )


def identity_locals(stack: SynthesizedStack) -> dict[str, list[str]]:
    """References of the local values (``local.x``) of a stack that can only give the identity of a resource."""
    known = {block.address for block in stack.blocks()}
    found = {}
    for part in as_list(stack.configuration.get("locals")):
        for name, value in part.items() if isinstance(part, Mapping) else ():
            texts = list(_texts(value))
            given = [
                expression_parts.sources(whole) if (whole := hcl_expressions.whole(text)) is not None else None
                for text in texts
            ]
            stated = [one for text in texts for one in hcl_expressions.references(text, known)]
            if stated and all(_is_of(one, known) for one in given):
                found[f"local.{name}"] = list(dict.fromkeys(stated))
    return found


def _is_of(given: list[str] | None, known: Collection[str]) -> bool:
    """Whether references are all of resources of the stack."""
    return given is not None and all(hcl_expressions.references("${" + one + "}", known) for one in given)


def _texts(value: Any) -> Iterator[str]:
    """The values in a list or map of a stack as texts; constants other than texts are none."""
    if isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)
    else:
        yield value if isinstance(value, str) else str(value)


def _unknown(later: Any) -> Iterator[Path]:
    """Paths of what is unknown in an argument, without positions of blocks."""
    if isinstance(later, Mapping):
        for name, item in later.items():
            yield from ((name, *path) for path in _unknown(item))
    elif isinstance(later, list):
        for item in later:
            yield from _unknown(item)
    elif later is True:
        yield ()


def _meet(written: Iterable[Path], unknown: list[Path]) -> bool:
    """Whether one of the paths leads to or into one of the others."""
    return any(all(map(eq, one, other)) for one in written for other in unknown)


def _expressions(value: Any, constants: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Expressions in a value that are more than a document or a constant, with their paths."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == "dynamic":
                yield from _in_dynamic(item, constants)
            elif name != "//":
                yield from (((name, *path), text) for path, text in _expressions(item, constants))
    elif isinstance(value, list):
        for item in value:
            yield from _expressions(item, constants)
    elif isinstance(value, str):
        whole = hcl_expressions.whole(value)
        if whole is not None and whole not in constants and not whole.startswith("jsonencode("):
            yield (), whole


def _in_dynamic(blocks: Any, constants: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    """Expressions of dynamic blocks, as if their content was written in the block around them."""
    for part in as_list(blocks):
        for name, settings in part.items() if isinstance(part, Mapping) else ():
            for setting in as_list(settings):
                content = setting.get("content") if isinstance(setting, Mapping) else setting
                yield from (((name, *path), text) for path, text in _expressions(content, constants))
                number = setting.get("for_each") if isinstance(setting, Mapping) else None
                yield from (((name,), text) for _, text in _expressions(number, constants))
