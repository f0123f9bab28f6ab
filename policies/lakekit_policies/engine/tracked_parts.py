"""Nested blocks with unknown values that record which of them are read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _collections_abc import dict_items, dict_keys, dict_values

EXPRESSION: Final = re.compile(r"\$\{(?!(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.).*\}", re.DOTALL)
"""Text in place of an unknown value: an expression that is not a reference to a resource."""
_NOTHING: Final[dict[str, Any]] = {}


def is_unknown_text(value: Any) -> bool:
    """Whether a text, also one in a list of its own, stands for an unknown value."""
    text = value[0] if isinstance(value, list) and len(value) == 1 else value
    return isinstance(text, str) and EXPRESSION.fullmatch(text) is not None


class TrackedPart(dict[str, Any]):
    """A nested block with unknown values; records reads of these, whichever method gives them.

    Args:
        values: the block.
        record: called with the name and the text of an unknown argument that is read.
    """

    def __init__(self, values: Mapping[str, Any] = _NOTHING, record: Callable[[str, Any], None] | None = None) -> None:
        super().__init__({name: tracked(value, record) for name, value in dict(values).items()} if record else values)
        self._record = record

    def read(self, name: str) -> None:
        """Record that an argument was read."""
        value = dict.get(self, name)
        is_unknown = is_unknown_text(value) or (isinstance(value, list) and any(map(is_unknown_text, value)))
        if self._record is not None and is_unknown:
            self._record(name, value)

    def _read_all(self) -> None:
        for name in dict.keys(self):
            self.read(name)

    def __getitem__(self, key: str) -> Any:
        self.read(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.read(str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.read(key)
        return super().get(key, default)

    def __iter__(self) -> Iterator[str]:
        self._read_all()
        return super().__iter__()

    def keys(self) -> dict_keys[str, Any]:
        self._read_all()
        return super().keys()

    def values(self) -> dict_values[str, Any]:
        self._read_all()
        return super().values()

    def items(self) -> dict_items[str, Any]:
        self._read_all()
        return super().items()

    def __eq__(self, other: object) -> bool:
        self._read_all()
        return super().__eq__(other)

    __hash__ = None  # as of a dictionary

    def __repr__(self) -> str:
        self._read_all()
        return super().__repr__()

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Copies are not tracked."""
        self._read_all()
        return dict, (dict(self),)


def tracked(value: Any, record: Callable[[str, Any], None] | None) -> Any:
    """A value whose nested blocks record their reads."""
    if isinstance(value, dict):
        return TrackedPart(value, record)
    return [tracked(item, record) for item in value] if isinstance(value, list) else value


def parts(value: Any) -> Iterator[TrackedPart]:
    """The tracked blocks of a value."""
    if isinstance(value, TrackedPart):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from parts(item)
