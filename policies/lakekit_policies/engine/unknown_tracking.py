"""Which values a rule looked at that nobody knows yet.

A rule that finds nothing wrong has not passed what it could not see: a value may be known only to the plan (at synth)
or only after apply (at plan). The engine tells the :class:`UnknownTracker` what is unknown; configurations that hold
something
unknown are handed to rules as :class:`TrackedBlock`, which remember what was asked of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any, Final


class UnknownTracker:
    """Attributes that are not known, by address, and those of them that were read.

    Args:
        unknown: per address: top-level attribute to whether all of it is unknown (False: a part of it).
    """

    def __init__(self, unknown: Mapping[str, Mapping[str, bool]]) -> None:
        self.unknown: Final = unknown
        self._read: dict[tuple[str, str], bool] = {}

    def read(self, address: str, attribute: str) -> None:
        """Somebody read an attribute."""
        whole = self.unknown.get(address, {}).get(attribute)
        if whole is not None:
            self._read[address, attribute] = whole

    def reset(self) -> None:
        """Another rule starts."""
        self._read = {}

    @property
    def read_unknown(self) -> tuple[str, ...]:
        """The unknown attributes read since, as ``address.attribute``."""
        return tuple(f"{address}.{attribute}" for address, attribute in self._read)

    @property
    def read_fully_unknown(self) -> bool:
        """Whether one of them is unknown as a whole."""
        return any(self._read.values())


class TrackedBlock(dict[str, Any]):
    """The configuration of one resource, some of which is unknown."""

    def __init__(self, values: Mapping[str, Any], address: str, tracker: UnknownTracker) -> None:
        super().__init__(values)
        self._address = address
        self._tracker = tracker

    def __getitem__(self, key: str) -> Any:
        self._tracker.read(self._address, key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self._tracker.read(self._address, str(key))
        return super().__contains__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._tracker.read(self._address, key)
        return super().get(key, default)

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Copies are not tracked."""
        return dict, (dict(self),)


_current: ContextVar[UnknownTracker | None] = ContextVar("lakekit_unknown_tracker", default=None)


def set_tracker(tracker: UnknownTracker | None) -> None:
    """Set the tracker; None to track nothing (as under the stock checkov command)."""
    _current.set(tracker)


def track(values: dict[str, Any], address: str) -> dict[str, Any]:
    """The configuration as rules get it: watched if some of it is unknown."""
    tracker = _current.get()
    return TrackedBlock(values, address, tracker) if tracker and address in tracker.unknown else values
