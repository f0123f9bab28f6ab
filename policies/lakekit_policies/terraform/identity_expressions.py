"""Expressions that can only give the identity of a resource (its id, ARN, name …), or nothing.

A plan lists the references of an expression, not the expression: ``aws_iam_policy.a.arn`` stands for
``replace(aws_iam_policy.a.arn, …)`` and ``aws_iam_policy.a.arn == "" ? … : "arn:…"`` too. A stack shows them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import eq
from typing import Any, Final, TypeAlias

from lakekit_policies.terraform import hcl_expressions
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.resource_block import META_ARGUMENTS
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

Path: TypeAlias = tuple[str, ...]
"""Names of blocks and arguments that lead to a value."""

_CHOOSING: Final = frozenset(
    {
        *(
            "alltrue",
            "coalesce",
            "coalescelist",
            "compact",
            "concat",
            "distinct",
            "element",
            "flatten",
            "join",
            "lookup",
        ),
        *("merge", "nonsensitive", "one", "reverse", "sensitive", "slice", "sort", "tolist", "tomap"),
        *("toset", "tostring", "try", "values", "zipmap"),
    }
)
"""Functions that give their arguments, or some of them, unchanged."""
_CALL: Final = re.compile(r"([a-z_0-9]+)\((.*)\)", re.DOTALL)
_FOR: Final = re.compile(
    r"for\s+(?:(\w+)\s*,\s*)?\w+\s+in\s+(\S(?:.*?\S)??)\s*:\s*(?:[^:\s][^:]*=>\s*)?(\w+)((?:\.[\w-]+|\[[^\]]*\])*)",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(r"[a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+[.\[]")
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
        (block.address, name): [path for path, text in _expressions(value, stack.constants) if not is_identity(text)]
        for block in stack.resources()
        for name, value in block.body.items()
        if name not in META_ARGUMENTS
    }
    computed |= {(block.address, name): [()] for block in stack.resources() for name in _dynamic(block.body)}
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
            given = [sources(whole) if (whole := hcl_expressions.whole(text)) is not None else None for text in texts]
            stated = [one for text in texts for one in hcl_expressions.references(text, known)]
            if stated and all(_is_of(one, known) for one in given):
                found[f"local.{name}"] = list(dict.fromkeys(stated))
    return found


def is_identity(expression: str) -> bool:
    """Whether an expression can only give references, or empty values."""
    return sources(expression) is not None


def sources(expression: str) -> list[str] | None:
    """The references that an expression gives unchanged; None if it can give another value."""
    text = expression.strip()
    if text in ("null", '""', "[]", "{}") or _NUMBER.fullmatch(text):
        return []
    if hcl_expressions.is_traversal(text):
        return [text]
    found: list[str] = []
    parts = _parts(text)
    for part in parts:
        given = sources(part)
        if given is None:
            return None
        found += given
    return found if parts else None


def locals_of(expression: str) -> list[str]:
    """The local values that an expression gives; none if it can give more than these and attributes of resources."""
    given = sources(expression) or []
    local = [one for one in given if one.startswith("local.")]
    return local if all(one in local or _ATTRIBUTE.match(one) for one in given) else []


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


def _parts(text: str) -> list[str]:
    """The expressions whose values an expression gives unchanged; none if it computes a value."""
    if text.startswith('"') and text.endswith('"') and len(_split(text, ",")) == 1:
        inner = hcl_expressions.whole(text[1:-1])
        return [] if inner is None else [inner]
    if len(condition := _split(text, "?")) > 1:
        branches = _split("?".join(condition[1:]), ":")
        return [branches[0], ":".join(branches[1:])] if len(branches) > 1 else []
    return [base] if (base := _indexed(text)) is not None else _arguments(text)


def _arguments(text: str) -> list[str]:
    """The same for calls, lists, ``for`` expressions and expressions in parentheses."""
    if (call := _CALL.fullmatch(text)) and _is_enclosed(text[len(call[1]) :]):
        given = _split(call[2], ",")
        if call[1] == "lookup":
            del given[1:2]  # the key
        return given if call[1] in _CHOOSING else []
    if text[:1] in ("(", "[") and _is_enclosed(text):
        inner = text[1:-1].strip()
        each = _FOR.fullmatch(inner)
        if each is not None:
            return [each[2]] if each[3] != each[1] else []  # a key is any text
        return _split(inner, ",")
    return []


def _dynamic(body: Mapping[str, Any]) -> Iterator[str]:
    for part in as_list(body.get("dynamic")):
        if isinstance(part, Mapping):
            yield from part


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
