"""Track which unknown values a rule has read.

A rule without findings has not passed a value that it could not see: the value may be known only at plan, or only
after apply. :class:`UnknownTracker` holds the unknown attributes; configurations with unknown values are passed to
rules as :class:`TrackedBlock`, which records reads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final

_EXPRESSION: Final = re.compile(r"\$\{(?!(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.).*\}", re.DOTALL)
"""Text in place of an unknown value: an expression that is not a reference to a resource."""


class UnknownTracker:
    """Attributes that are not known, by address, and those of them that were read.

    Args:
        unknown: per address: top-level attribute to whether all of it is unknown (False: a part of it).
    """

    def __init__(self, unknown: Mapping[str, Mapping[str, bool]]) -> None:
        self.unknown: Final = unknown
        self._read: dict[tuple[str, str], bool] = {}
        self.read_absent = False
        """Whether an unknown attribute was read that has no text in its place."""
        self.assumed: bool | None = None
        """Value that rules read for unknown ones; None to read their text."""

    def read(self, address: str, attribute: str, *, absent: bool = False) -> None:
        """Record that an attribute was read."""
        whole = self.unknown.get(address, {}).get(attribute)
        if whole is not None:
            self._read[address, attribute] = whole
            self.read_absent |= absent

    def reset(self) -> None:
        """Forget the reads of the previous rule."""
        self._read = {}
        self.read_absent = False

    @property
    def read_unknown(self) -> tuple[str, ...]:
        """Unknown attributes read since the last reset, as ``address.attribute``."""
        return tuple(f"{address}.{attribute}" for address, attribute in self._read)

    @property
    def read_fully_unknown(self) -> bool:
        """Whether one of them is fully unknown."""
        return any(self._read.values())


class TrackedBlock(dict[str, Any]):
    """Configuration of one resource with unknown values; records reads."""

    def __init__(self, values: Mapping[str, Any], address: str, tracker: UnknownTracker) -> None:
        super().__init__(values)
        self._address = address
        self._tracker = tracker

    def __getitem__(self, key: str) -> Any:
        self._tracker.read(self._address, key, absent=self._is_absent(key))
        return self._as_assumed(key, super().__getitem__(key))

    def __contains__(self, key: object) -> bool:
        self._tracker.read(self._address, str(key), absent=self._is_absent(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._tracker.read(self._address, key, absent=self._is_absent(key))
        return self._as_assumed(key, super().get(key, default))

    def _is_absent(self, key: object) -> bool:
        return super().get(key) in (None, [], {})  # type: ignore[call-overload]

    def _as_assumed(self, key: str, value: Any) -> Any:
        assumed = self._tracker.assumed
        return value if assumed is None or not self.is_unknown(key) else _replaced(value, assumed)

    def is_unknown(self, attribute: str) -> bool:
        """Whether an attribute, or a part of it, is not known."""
        return attribute in self._tracker.unknown.get(self._address, {})

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Copies are not tracked."""
        return dict, (dict(self),)


def _replaced(value: Any, assumed: bool) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(item, assumed) for name, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, assumed) for item in value]
    return assumed if isinstance(value, str) and _EXPRESSION.fullmatch(value) else value


def is_unknown(block: Mapping[str, Any], attribute: str) -> bool:
    """Whether an attribute of a configuration, or a part of it, is not known."""
    return isinstance(block, TrackedBlock) and block.is_unknown(attribute)


_current: ContextVar[UnknownTracker | None] = ContextVar("lakekit_unknown_tracker", default=None)


def set_tracker(tracker: UnknownTracker | None) -> None:
    """Set the tracker; None to track nothing (as under the stock checkov command)."""
    _current.set(tracker)


def track(values: dict[str, Any], address: str) -> dict[str, Any]:
    """The configuration for rules: tracked if it has unknown values."""
    tracker = _current.get()
    return TrackedBlock(values, address, tracker) if tracker and address in tracker.unknown else values
