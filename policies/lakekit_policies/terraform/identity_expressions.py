"""Expressions that can only give the identity of a resource (its id, ARN, name …), or nothing.

A plan lists the references of an expression, not the expression: ``aws_iam_policy.a.arn`` stands for
``replace(aws_iam_policy.a.arn, …)`` and ``aws_iam_policy.a.arn == "" ? … : "arn:…"`` too. A stack shows them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.terraform import hcl_expressions
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.resource_block import META_ARGUMENTS
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_CHOOSING: Final = frozenset(
    {
        *("alltrue", "coalesce", "coalescelist", "compact", "concat", "distinct", "element", "flatten", "join", "keys"),
        *("lookup", "merge", "nonsensitive", "one", "reverse", "sensitive", "slice", "sort", "tolist", "tomap"),
        *("toset", "tostring", "try", "values", "zipmap"),
    }
)
"""Functions that give their arguments, or some of them, unchanged."""
_CALL: Final = re.compile(r"([a-z_0-9]+)\((.*)\)", re.DOTALL)
_FOR: Final = re.compile(
    r"for\s+\w+(?:\s*,\s*\w+)?\s+in\s+(\S(?:.*?\S)??)\s*:\s*(?:[^:\s][^:]*=>\s*)?(\w+)((?:\.[\w-]+|\[[^\]]*\])*)",
    re.DOTALL,
)
_NUMBER: Final = re.compile(r"-?\d+")
_OPENING: Final = "([{"
_CLOSING: Final = ")]}"


def computed_arguments(plan: PlanFile, stack: SynthesizedStack) -> frozenset[tuple[str, str]]:
    """Address and name of the unknown arguments of a plan that are more than the identity of a resource.

    Dynamic blocks with an unknown number of instances included.

    Args:
        plan: the plan.
        stack: the stack that it was made from.
    """
    computed = {
        (block.address, name)
        for block in stack.resources()
        for name, value in block.body.items()
        if name not in META_ARGUMENTS and not all(map(is_identity, _expressions(value, stack.constants)))
    }
    computed |= {(block.address, name) for block in stack.resources() for name in _dynamic(block.body)}
    return frozenset(
        (change.address, name)
        for change in plan.changes()
        for name in change.after_unknown
        if (hcl_expressions.without_indexes(change.address), name) in computed
    )


def identity_locals(stack: SynthesizedStack) -> dict[str, list[str]]:
    """References of the local values (``local.x``) of a stack that can only give the identity of a resource."""
    known = {block.address for block in stack.blocks()}
    found = {}
    for part in as_list(stack.configuration.get("locals")):
        for name, value in part.items() if isinstance(part, Mapping) else ():
            whole = hcl_expressions.whole(value) if isinstance(value, str) else None
            if whole is not None and is_identity(whole) and (stated := hcl_expressions.references(value, known)):
                found[f"local.{name}"] = stated
    return found


def is_identity(expression: str) -> bool:
    """Whether an expression can only give references, or empty values."""
    text = expression.strip()
    if text in ("null", '""', "[]", "{}") or _NUMBER.fullmatch(text) or hcl_expressions.is_traversal(text):
        return True
    parts = _parts(text)
    return bool(parts) and all(map(is_identity, parts))


def _parts(text: str) -> list[str]:
    """The expressions whose values an expression gives unchanged; none if it computes a value."""
    if text.startswith('"') and text.endswith('"') and len(_split(text, ",")) == 1:
        inner = hcl_expressions.whole(text[1:-1])
        return [] if inner is None else [inner]
    if len(condition := _split(text, "?")) > 1:
        branches = _split("?".join(condition[1:]), ":")
        return [branches[0], ":".join(branches[1:])] if len(branches) > 1 else []
    if (base := _indexed(text)) is not None:
        return [base]
    if (call := _CALL.fullmatch(text)) and _is_enclosed(text[len(call[1]) :]):
        return _split(call[2], ",") if call[1] in _CHOOSING else []
    if text[:1] in ("(", "[") and _is_enclosed(text):
        inner = text[1:-1].strip()
        each = _FOR.fullmatch(inner)
        return [each[1]] if each else _split(inner, ",")
    return []


def _dynamic(body: Mapping[str, Any]) -> Iterator[str]:
    for part in as_list(body.get("dynamic")):
        if isinstance(part, Mapping):
            yield from part


def _expressions(value: Any, constants: Mapping[str, Any]) -> Iterator[str]:
    """Expressions in a value that are more than a document or a constant."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name != "//":
                yield from _expressions(item, constants)
    elif isinstance(value, list):
        for item in value:
            yield from _expressions(item, constants)
    elif isinstance(value, str):
        whole = hcl_expressions.whole(value)
        if whole is not None and whole not in constants and not whole.startswith("jsonencode("):
            yield whole


def _indexed(text: str) -> str | None:
    """What an index or an attribute is taken of: ``one(x)`` for ``one(x)[0].arn``; None without one."""
    if text.endswith("]"):
        start = _opening(text)
        return text[:start].strip() or None if start else None
    match = re.fullmatch(r"(.*[)\]])\s*\.[\w-]+", text, re.DOTALL)
    return match[1] if match else None


def _opening(text: str) -> int:
    """Position of the bracket that the last character closes; 0 if there is none before."""
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        depth += (text[position] in _CLOSING) - (text[position] in _OPENING)
        if depth == 0:
            return position
    return 0


def _is_enclosed(text: str) -> bool:
    return text[-1:] in _CLOSING and _opening(text) == 0 and text[:1] in _OPENING


def _split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators outside of brackets and strings."""
    parts, depth, start, quoted, position = [], 0, 0, False, 0
    while position < len(text):
        char = text[position]
        if char == "\\" and quoted:
            position += 1
        elif char == '"':
            quoted = not quoted
        elif not quoted:
            depth += (char in _OPENING) - (char in _CLOSING)
            if char == separator and depth == 0:
                parts.append(text[start:position])
                start = position + 1
        position += 1
    last = text[start:]
    return [*parts, last] if last.strip() or not parts else parts
