"""The expressions of the blocks of one name in a resource, by argument.

The configuration lists blocks as written, the values of a set in another order: the expression at the same place can be
that of another block. Every block asks for the expressions of all others, so they are indexed once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class Siblings:
    """Blocks in the order of their expressions; those of other blocks of the same name can follow.

    Attributes:
        single: whether there is one block in all.
    """

    def __init__(self, blocks: Iterable[Mapping[str, Any]] = (), others: Siblings | None = None) -> None:
        self._blocks = list(blocks)
        self._others = others
        self._count: int = len(self._blocks) + (others._count if others else 0)
        self._nested: dict[str, Siblings] = {}
        self._first: dict[str, Any] = {}
        self._last: dict[str, Any] = {}
        self._computed: dict[str, Any] = {}
        for block in self._blocks:
            for name, expression in block.items():
                self._first.setdefault(name, expression)
                self._last[name] = expression
                if not _is_constant(expression):
                    self._computed.setdefault(name, expression)

    @property
    def single(self) -> bool:
        return self._count == 1

    def stated(self, own: Mapping[str, Any], block: Mapping[str, Any], later: Mapping[str, Any]) -> Mapping[str, Any]:
        """The expressions of a block, with those of its siblings for arguments that it has.

        Args:
            own: the expressions at its place.
            block: its planned values.
            later: what of them is unknown; a constant cannot be.
        """
        if self.single:
            return own
        found = dict(own)
        for name in dict.fromkeys((*own, *block, *later)):
            expression = found.get(name)
            if later.get(name) is True and (name not in found or _is_constant(expression)):
                expression = self._find("_computed", name, self._find("_last", name, expression))
            elif name not in found and (block.get(name) or later.get(name)):
                expression = self._find("_first", name, None)
            if expression is not None or name in found:
                found[name] = expression
        return found

    def nested(self, name: str) -> Siblings:
        """The blocks of a name inside of these."""
        if name not in self._nested:
            inside = [one for block in self._blocks if isinstance(parts := block.get(name), list) for one in parts]
            own = [one for one in inside if is_block(one)]
            self._nested[name] = Siblings(own, self._others.nested(name) if self._others else None)
        return self._nested[name]

    def _find(self, index: str, name: str, default: Any) -> Any:
        order: list[Siblings] = [self]
        while (others := order[-1]._others) is not None:
            order.append(others)
        for one in reversed(order) if index == "_last" else order:
            expressions: Mapping[str, Any] = getattr(one, index)
            if name in expressions:
                return expressions[name]
        return default


def is_block(expression: Any) -> bool:
    """Whether an entry of ``expressions`` is a block, and not the expression of an argument."""
    return isinstance(expression, Mapping) and not {"constant_value", "references"} & set(expression)


def _is_constant(expression: Any) -> bool:
    return isinstance(expression, Mapping) and "constant_value" in expression
