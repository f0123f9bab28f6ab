"""Arguments of changed resources that only apply will show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.plan_rules._assumable_roles import declared
from lakekit_policies.terraform import block_schema
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.unknown_values import is_identity_attribute
from lakekit_policies.terraform.value_sources import outermost

UNDECIDED: Final = "is not known before apply; it cannot be compared"
COMPUTED: Final = frozenset({"id", "region", "catalog_id", "timeouts"})
"""Attributes that the provider computes in every type."""


class UnknownArguments:
    """The unknown arguments of a plan that its configuration sets, or can set in a dynamic block."""

    def __init__(self, plan: PlanFile) -> None:
        self._expressions: Final = {one.address: one.expressions for one in plan.configured()}

    def includes(self, change: Change, path: str, *, stated: bool = False) -> bool:
        """Whether the value at a dotted path of blocks, or a part of it, is not known before apply.

        Args:
            change: the change.
            path: the path; a step that ends in ``[]`` is a list of blocks.
            stated: whether only arguments with an expression count. Otherwise, what has none can be that of a dynamic
                block, unless the provider computes it.
        """
        steps = tuple(path.replace("[]", "").split("."))
        leaves = {one for one in _leaves(change.after_unknown) if one[-1] not in COMPUTED and _meet(one, steps)}
        if not leaves:
            return False
        expressions = self._expressions.get(declared(change.address))
        if not expressions:
            return not stated
        return any(
            _is_stated(expressions, leaf) or (not stated and _can_be_dynamic(change, expressions, leaf))
            for leaf in leaves
        )

    def is_identity(self, change: Change, path: str) -> bool:
        """Whether an argument can only be identities of resources, by its references."""
        found = [
            one
            for expression in _at(self._expressions.get(declared(change.address)), path.split("."))
            for one in outermost(expression.get("references") or ["unknown"])
        ]
        return bool(found) and all(
            not one.startswith(("var.", "local.", "each.", "count.")) and is_identity_attribute(one.split("."))
            for one in map(declared, found)
        )

    def of(self, change: Change, *paths: str) -> list[str]:
        """The paths among these whose values are not known before apply."""
        return [path for path in paths if self.includes(change, path)]


def any_unknown(unknown: Any) -> bool:
    """Whether anything in ``after_unknown``, or in a part of it, is unknown."""
    return unknown is True or next(_leaves(unknown), None) is not None


def _leaves(unknown: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of what is unknown, without positions of blocks."""
    if isinstance(unknown, Mapping):
        for name, inner in unknown.items():
            yield from _leaves(inner, (*at, name))
    elif isinstance(unknown, list):
        for one in unknown:
            yield from _leaves(one, at)
    elif unknown is True and at:
        yield at


def _at(expression: Any, path: list[str]) -> Iterator[Mapping[str, Any]]:
    """The expressions at a path."""
    if isinstance(expression, list):
        for one in expression:
            yield from _at(one, path)
    elif isinstance(expression, Mapping):
        if not path or "references" in expression:
            yield expression
        else:
            yield from _at(expression.get(path[0]), path[1:])


def _meet(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of two paths leads to or into the other one."""
    length = min(len(one), len(other))
    return one[:length] == other[:length]


def _is_stated(expression: Any, path: tuple[str, ...]) -> bool:
    """Whether a configuration has an expression at a path."""
    if isinstance(expression, list):
        return any(_is_stated(one, path) for one in expression)
    if not isinstance(expression, Mapping):
        return False
    return (
        not path or "references" in expression or (path[0] in expression and _is_stated(expression[path[0]], path[1:]))
    )


def _can_be_dynamic(change: Change, expressions: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether a dynamic block, which the configuration of a plan does not list, can set an unknown argument.

    The provider keeps a value that it has computed, unless it replaces the resource.
    """
    if path[0] not in expressions and not change.replaces:
        return True
    outer = (path[:length] for length in range(1, len(path) + 1))
    return any(block_schema.is_dynamic(change.type, one) and not _is_stated(expressions, one) for one in outer)
