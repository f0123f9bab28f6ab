"""Track which unknown values a rule has read.

A rule without findings has not passed a value that it could not see: the value may be known only at plan, or only
after apply. :class:`UnknownTracker` holds the unknown attributes; configurations with unknown values are passed to
rules as :class:`TrackedBlock`, which records reads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, KeysView, Mapping
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, Final, cast

from lakekit_policies.engine.assumptions import (
    Assumed,
    has_unknown_block,
    has_unknown_structure,
    kind_of,
    known_parts,
    replaced,
)
from lakekit_policies.engine.tracked_parts import parts, tracked
from lakekit_policies.terraform import block_schema, open_blocks
from lakekit_policies.terraform.dynamic_blocks import UNKNOWN_BLOCK
from lakekit_policies.terraform.unknown_values import DOCUMENT_ATTRIBUTES
from lakekit_policies.terraform.unset_blocks import UnsetBlocks

if TYPE_CHECKING:
    from _collections_abc import dict_keys

_NOT_GIVEN: Final = object()
_NOTHING: Final[Mapping[str, Any]] = {}


class UnknownTracker:
    """Attributes that are not known, by address, and those of them that were read.

    Args:
        unknown: per address: top-level attribute to whether all of it is unknown (False: a part of it, None: only the
            texts in place of unknown values).
        unset: blocks that are not set, or dynamic (see ``unset_blocks.find``).
    """

    def __init__(self, unknown: Mapping[str, Mapping[str, bool | None]], unset: UnsetBlocks = _NOTHING) -> None:
        self.unknown: Final = unknown
        self.unset: Final = unset
        self._unset_read: dict[str, None] = {}
        self._read: dict[tuple[str, str], bool] = {}
        self.read_absent = False
        """Whether an unknown attribute was read that has no text in its place."""
        self.read_structure = False
        """Whether an attribute was read of which a block, a list or a document is unknown."""
        self.read_inner_block = False
        """Whether a block was read in which a block is unknown."""
        self.assumed: Assumed | str | None = None
        """What rules read for unknown values; None to read their text."""

    def read(self, address: str, attribute: str, value: Any = _NOT_GIVEN) -> None:
        """Record that an attribute was read, with its value if there is one."""
        self._read_unset(address, attribute)
        whole = self.unknown.get(address, {}).get(attribute)
        if whole is not None:
            self._read[address, attribute] = whole
            if value is not _NOT_GIVEN:
                self.read_absent |= value in (None, [], {})
                self._read_value(address, attribute, value)

    def read_references(self, kinds: Collection[str]) -> None:
        """Record that the identifiers of other resources in resources of these types were read."""
        for address, attributes in self.unknown.items() if kinds else ():
            for name in attributes:
                if kind_of(address) in kinds and name.endswith(("_id", "_arn", "_name")):
                    self.read(address, name)

    def read_argument(self, address: str, attribute: str, name: str, value: Any) -> None:
        """Record that a text in place of an unknown value was read, an argument of a block of an attribute."""
        self._read[address, attribute] = False
        self._read_value(address, name, {name: value})

    def _read_unset(self, address: str, attribute: str) -> None:
        for block in self.unset.get(address, _NOTHING).get(attribute, ()):
            self._unset_read[f"{address}.{block}"] = None

    def read_path(self, address: str, path: str, conf: Mapping[str, Any]) -> None:
        """Record that the value at a path of checkov (``rule/[0]/status``) was read, and nothing else of the block."""
        attribute, *steps = [step for step in path.split("/") if not step.startswith("[")]
        self._read_unset(address, attribute)
        there = f"{address}.{'.'.join((attribute, *steps))}."
        self._unset_read = {block: None for block in self._unset_read if there.startswith(f"{block}.")}
        if self.unknown.get(address, {}).get(attribute, False) is not None:
            self.read(address, attribute)
            return
        self._read.pop((address, attribute), None)
        self.read_structure = self.read_inner_block = False
        values = [conf.get(attribute)]
        for step in steps:
            found = [part for value in values for part in parts(value) if step in dict.keys(part)]
            for part in found:
                part.read(step)
            values = [dict.get(part, step) for part in found]

    def _read_value(self, address: str, name: str, value: Any) -> None:
        kind = kind_of(address)
        self.read_structure |= has_unknown_structure(kind, name, value)
        self.read_inner_block |= has_unknown_block(kind, value)

    def reset(self) -> None:
        """Forget the reads of the previous rule."""
        self._read, self._unset_read = {}, {}
        self.read_absent = self.read_structure = self.read_inner_block = False

    @property
    def read_unknown(self) -> tuple[str, ...]:
        """Unknown attributes read since the last reset, as ``address.attribute``."""
        return tuple(f"{address}.{attribute}" for address, attribute in self._read)

    @property
    def read_unset(self) -> tuple[str, ...]:
        """Blocks that are not set, or dynamic, read since the last reset, as ``address.block``."""
        return tuple(self._unset_read)

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
        self._parts: dict[str, Any] = {}

    def __getitem__(self, key: str) -> Any:
        self._tracker.read(self._address, key, super().get(key))
        if self._is_left_out(key):
            raise KeyError(key)
        return self._as_assumed(key, super().__getitem__(key))

    def __contains__(self, key: object) -> bool:
        self._tracker.read(self._address, str(key), super().get(str(key)))
        return super().__contains__(key) and not self._is_left_out(str(key))

    def get(self, key: str, default: Any = None) -> Any:
        self._tracker.read(self._address, key, super().get(key))
        return default if self._is_left_out(key) else self._as_assumed(key, super().get(key, default))

    def keys(self) -> dict_keys[str, Any]:
        """The names; a test whether one is among them is a read."""
        return cast("dict_keys[str, Any]", _Names(self))

    def _as_assumed(self, key: str, value: Any) -> Any:
        assumed = self._tracker.assumed
        if not self.is_unknown(key):
            return value
        if assumed is None:
            return value if self._tracker.unknown[self._address][key] is not None else self._part(key, value)
        if assumed is Assumed.UNSET:
            return value if key in DOCUMENT_ATTRIBUTES else known_parts(value)
        text = assumed if isinstance(assumed, str) else assumed is Assumed.TRUE
        is_whole = self._tracker.unknown[self._address][key] is True
        return replaced(value, text, kind_of(self._address), key, is_whole=is_whole)

    def _part(self, key: str, value: Any) -> Any:
        """The value whose blocks record reads of unknown texts in them."""
        if key not in self._parts:
            record = partial(self._tracker.read_argument, self._address, key)
            self._parts[key] = tracked(value, record)
        return self._parts[key]

    def _is_left_out(self, key: str) -> bool:
        """Whether rules read nothing for an attribute, as long as something is assumed."""
        assumed = self._tracker.assumed
        if assumed is None or not self.is_unknown(key):
            return False
        return assumed is Assumed.ABSENT or (
            assumed is Assumed.UNSET and known_parts(super().get(key)) in (None, [])  # nothing of it is known
        )

    def read_open_blocks(self, argument: str) -> None:
        """Read the dynamic blocks of which nothing is known and that can have an argument with this in its name."""
        for name, last in self.open_blocks(argument):
            self._tracker.read_argument(self._address, name, last, UNKNOWN_BLOCK)

    def open_blocks(self, argument: str) -> Iterator[tuple[str, str]]:
        """Attribute and name of these blocks; reads nothing."""
        kind = kind_of(self._address)
        for name, whole in self._tracker.unknown.get(self._address, {}).items():
            places: list[open_blocks.Place] = [(name,)] if whole is True else []
            places += open_blocks.inside(super().get(name), (name,))
            for names in (tuple(one for one in place if isinstance(one, str)) for place in places):
                if block_schema.can_have(kind, names, argument):
                    yield name, names[-1]

    def is_unknown(self, attribute: str) -> bool:
        """Whether an attribute, or a part of it, is not known."""
        return attribute in self._tracker.unknown.get(self._address, {})

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Copies are not tracked."""
        return dict, (dict(self),)


class _Names(KeysView[str]):
    def __init__(self, block: TrackedBlock) -> None:
        super().__init__(block)
        self._block = block

    def __iter__(self) -> Iterator[str]:
        return dict.__iter__(self._block)


def read_open_blocks(block: Mapping[str, Any], argument: str = "") -> None:
    """Make the result undetermined if nothing is known of a dynamic block that can have an argument.

    Args:
        block: a configuration.
        argument: a part of the name of the argument; empty for any.
    """
    if isinstance(block, TrackedBlock):
        block.read_open_blocks(argument)


def has_open_blocks(block: Mapping[str, Any]) -> bool:
    """Whether nothing is known of a dynamic block of a configuration."""
    return isinstance(block, TrackedBlock) and any(True for _ in block.open_blocks(""))


def is_unknown(block: Mapping[str, Any], attribute: str) -> bool:
    """Whether an attribute of a configuration, or a part of it, is not known."""
    return isinstance(block, TrackedBlock) and block.is_unknown(attribute)


_current: ContextVar[UnknownTracker | None] = ContextVar("lakekit_unknown_tracker", default=None)


def set_tracker(tracker: UnknownTracker | None) -> None:
    """Set the tracker; None to track nothing (as under the stock checkov command)."""
    _current.set(tracker)


def has_read_unknown() -> bool:
    """Whether an unknown value was read since the last reset."""
    tracker = _current.get()
    return tracker is not None and bool(tracker.read_unknown)


def unset_blocks_read() -> tuple[str, ...]:
    """The blocks that are not set, or dynamic, and were read since the last reset, as ``address.block``."""
    tracker = _current.get()
    return tracker.read_unset if tracker is not None else ()


def track(values: dict[str, Any], address: str) -> dict[str, Any]:
    """The configuration for rules: tracked if it has unknown values."""
    tracker = _current.get()
    is_tracked = tracker is not None and (address in tracker.unknown or address in tracker.unset)
    return TrackedBlock(values, address, tracker) if tracker and is_tracked else values
