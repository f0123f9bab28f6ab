"""The other resources of a stack, as a rule for one resource sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from lakekit_policies.engine import unknown_tracking
from lakekit_policies.terraform.blocks import (
    MODULE,
    REFERENCE,
    Block,
    as_list,
    is_unknown,
    local_address,
    reference,
    unwrap,
)
from lakekit_policies.terraform.hcl_expressions import INSTANCE_KEY, ONE_OF

_ABSOLUTE: Final = "/"
_KEY: Final = re.compile(rf"{INSTANCE_KEY}$")
_INDEX: Final = re.compile(INSTANCE_KEY)
_MOST_OPEN: Final = 3
"""Resources with unknown blocks that are named where any of them can refer to a resource."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Another resource of the same stack."""

    address: str
    type: str
    block: Block


class Peers:
    """The resources of a stack, seen from one of them."""

    def __init__(self, resources: _Resources, address: str) -> None:
        self._resources = resources
        self._address = address

    @classmethod
    def from_graph(cls, graph: Any, address: str) -> Self:
        """Read the vertices of checkov's resource graph (rustworkx or networkx).

        Raises:
            LookupError: there is no graph.
        """
        global _last  # noqa: PLW0603  # every rule on every resource of a stack asks for the same graph
        if graph is None:
            raise LookupError("checkov provides no resource graph: other resources are not available")
        if _last is None or _last.graph is not graph:
            _last = _Resources(graph)
        return cls(_last, address)

    def all(self, *types: str) -> list[Peer]:
        """Every resource of these types."""
        return [peer for kind in types for peer in self._resources.by_type.get(kind, ())]

    def once(self, name: str, compute: Callable[[], Any]) -> Any:
        """What is computed once for all resources of the stack."""
        if name not in self._resources.computed:
            self._resources.computed[name] = compute()
        return self._resources.computed[name]

    def all_referencing(self) -> list[Peer]:
        """Every other resource of the module that refers to this one in any attribute."""
        here = local_address(self._address)
        found = self._resources.referring().get((_module(self._address), here), [])
        others = [peer for peer in found if local_address(peer.address) != here]
        if not others:
            for peer in self._resources.open_peers()[:_MOST_OPEN]:
                unknown_tracking.read_open_blocks(peer.block)
        return others

    def referencing(self, kind: str, attribute: str, names: set[Any]) -> list[Peer]:
        """Resources of type ``kind`` whose ``attribute`` refers to this one or is one of ``names``."""
        pointers = self._resources.pointers(kind, attribute)
        module, own = _module(self._address), local_address(self._address)
        absolute = {_ABSOLUTE + module, _ABSOLUTE + _INDEX.sub("", module)}
        keys = [(module, own), *((one, own) for one in absolute), *((module, name) for name in map(str, names))]
        here = _instance(self._address)
        found = [
            peer
            for key in sorted(keys)
            for peer, instance in pointers.get(key, ())
            if key[1] != own or here in (None, instance)
        ]
        return list({peer.address: peer for peer in found}.values())

    def is_own(self, value: Any, of: str | None = None) -> bool:
        """Whether a value of a resource (``of``, this one by default) refers to this resource."""
        if reference(value) != local_address(self._address):
            return False
        text, of = str(value), of or self._address
        place = _absolute_module(text).removeprefix(_ABSOLUTE) if text.startswith(_ABSOLUTE) else _module(of)
        own = _module(self._address)
        if place not in (own, _INDEX.sub("", own)):
            return False
        here, written = _instance(self._address), _written_instance(text) or _instance(of)
        return here in (None, written) or (written is None and of != self._address)

    def may_be_own(self, value: Any, of: str) -> bool:
        """Whether an unknown value of a resource may refer to this one: its candidates name it, or it names none."""
        if not is_unknown(value):
            return False
        _, several, candidates = str(value).removesuffix("}").partition(ONE_OF)
        return not several or any(self.is_own(_ABSOLUTE + one, of) for one in candidates.split(", "))

    def instances(self, value: Any) -> list[Peer]:
        """The instances of the resource that a value refers to without naming one of them."""
        target, text = reference(value), str(value)
        if target is None or _written_instance(text) is not None:
            return []
        module = _module(self._address)
        if text.startswith(_ABSOLUTE):
            module = _module(text.removeprefix(_ABSOLUTE))
        return [
            peer
            for peer in self.all(target.partition(".")[0])
            if local_address(peer.address) == target and _INDEX.sub("", _module(peer.address)) == _INDEX.sub("", module)
        ]

    def is_uncertain(self, kind: str, attribute: str) -> bool:
        """Whether resources of type ``kind`` may refer to this one, because ``attribute`` is unknown.

        Reading the attribute makes the result of the rule undetermined.
        """
        unknown = [peer for peer in self.all(kind) if self.may_be_own(dict.get(peer.block, attribute), peer.address)]
        return bool([peer.block.get(attribute) for peer in unknown])


class _Resources:
    """The resources of one graph, by type and by the targets of their attributes."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.by_type: dict[str, list[Peer]] = {}
        self.computed: dict[str, Any] = {}
        self._pointers: dict[tuple[str, str], dict[tuple[str, str], list[tuple[Peer, str | None]]]] = {}
        self._referring: dict[tuple[str, str], list[Peer]] | None = None
        self._open: list[Peer] | None = None
        for peer in _vertices(graph):
            self.by_type.setdefault(peer.type, []).append(peer)

    def referring(self) -> dict[tuple[str, str], list[Peer]]:
        """Module and address of each resource, to the resources of the module that refer to it."""
        if self._referring is None:
            self._referring = {}
            for peer in (peer for peers in self.by_type.values() for peer in peers):
                module = _module(peer.address)
                for target in {found for text in _texts(peer.block) if (found := reference(text)) is not None}:
                    self._referring.setdefault((module, target), []).append(peer)
        return self._referring

    def open_peers(self) -> list[Peer]:
        """The resources with a dynamic block of which nothing is known."""
        if self._open is None:
            peers = (peer for peers in self.by_type.values() for peer in peers)
            self._open = [peer for peer in peers if unknown_tracking.has_open_blocks(peer.block)]
        return self._open

    def pointers(self, kind: str, attribute: str) -> dict[tuple[str, str], list[tuple[Peer, str | None]]]:
        """Module and target of ``attribute`` (an address, or a name as written), to the resources that have it.

        Each with the instance of the target that it means: the one that is written, or that of its own key.
        """
        if (kind, attribute) not in self._pointers:
            found: dict[tuple[str, str], list[tuple[Peer, str | None]]] = {}
            for peer in self.by_type.get(kind, ()):
                # Not recorded as a read: the index serves every rule, whichever asks first.
                for value in as_list(dict.get(peer.block, attribute)):
                    text = str(value)
                    module = _absolute_module(text) if text.startswith(_ABSOLUTE) else _module(peer.address)
                    instance = _written_instance(text) or _instance(peer.address)
                    found.setdefault((module, reference(value) or text), []).append((peer, instance))
            self._pointers[kind, attribute] = found
        return self._pointers[kind, attribute]


_last: _Resources | None = None


def _texts(value: Any) -> Iterator[str]:
    """Every text of a block; not recorded as a read, because the index serves every rule."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in dict.values(value):
            yield from _texts(part)
    elif isinstance(value, list):
        for part in list.__iter__(value):
            yield from _texts(part)


def _module(address: str) -> str:
    match = MODULE.match(address)
    return match.group(0) if match else ""


def _instance(address: str) -> str | None:
    """Key of an instance (``"raw"``, ``0``); None for a resource without ``count`` and ``for_each``."""
    found = _KEY.search(address)
    return found.group(0)[1:-1] if found else None


def _written_instance(text: str) -> str | None:
    """The literal key in a reference (``aws_s3_bucket.zone["raw"].id``)."""
    match = REFERENCE.match(text)
    found = re.match(r"\[(\"(?:[^\"\\]|\\.)*\"|\d+)\]", text[match.end() :]) if match else None
    return found.group(1) if found else None


def _absolute_module(text: str) -> str:
    return _ABSOLUTE + _module(text.removeprefix(_ABSOLUTE))


def _vertices(graph: Any) -> Iterator[Peer]:
    nodes = graph.nodes(data=True) if hasattr(graph, "is_directed") else graph.nodes()
    for _, attributes in nodes:
        if attributes.get("block_type_") != "resource":
            continue
        kind, _, _ = str(attributes.get("block_name_", "")).partition(".")
        for config in _configs(attributes.get("config_"), kind):
            address = config.get("__address__") or attributes.get("block_name_")
            yield Peer(str(address), kind, unknown_tracking.track(unwrap(config), str(address)))


def _configs(config: Any, kind: str) -> Iterator[Mapping[str, Any]]:
    """Configurations of a vertex, which has the form ``{type: {name: configuration}}``."""
    if isinstance(config, Mapping):
        for named in as_list(config.get(kind)):
            yield from (value for value in named.values() if isinstance(value, Mapping))
