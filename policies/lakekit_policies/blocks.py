"""Resources as plain dictionaries, out of the forms in which checkov hands them over."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeAlias

from lakekit_policies import documents

Block: TypeAlias = dict[str, Any]

_BOOKKEEPING = frozenset({"start_line", "end_line", "references_"})
_MODULE = re.compile(r"^(?:module\.[^.\[]+(?:\[[^\]]*\])?\.)*")
_REFERENCE = re.compile(r"^\s*(?:\$\{)?\s*((?:data\.)?[a-z][a-z0-9_]*\.[A-Za-z_][\w-]*)")


def unwrap(conf: Mapping[str, Any]) -> Block:
    """The configuration of one resource without checkov's wrapping and bookkeeping keys."""
    return {
        key: documents.parse(_bare(value)) if key in documents.ATTRIBUTES else _plain(value)
        for key, value in conf.items()
        if not key.startswith("__") and key not in _BOOKKEEPING
    }


def _bare(value: Any) -> Any:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return unwrap(value)
    if not isinstance(value, list):
        return value
    if len(value) == 1 and not isinstance(value[0], Mapping):
        return _plain(value[0])
    return [_plain(item) for item in value]


def as_list(value: Any) -> list[Any]:
    """A list, whether the value is one, a single item or absent."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def nested(block: Mapping[str, Any], *path: str) -> list[Block]:
    """The nested blocks at a path: ``nested(rule, "filter", "and")``; empty when there are none."""
    found: list[Block] = [dict(block)]
    for name in path:
        found = [child for parent in found for child in as_list(parent.get(name)) if isinstance(child, dict)]
    return found


def mapping(block: Mapping[str, Any], name: str) -> Block:
    """A map attribute such as ``tags``; empty when absent."""
    merged: Block = {}
    for part in nested(block, name):
        merged.update(part)
    return merged


def reference(value: Any) -> str | None:
    """The resource a value refers to (``aws_kms_key.lake``), or None when the value is a literal."""
    match = _REFERENCE.match(value) if isinstance(value, str) else None
    return match.group(1) if match else None


def local_address(address: str) -> str:
    """An address as references inside its module write it: without module path and instance key."""
    return _MODULE.sub("", address).partition("[")[0]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another resource of the same stack."""

    address: str
    type: str
    block: Block


class Peers:
    """The resources of a stack, seen from one of them."""

    _last: ClassVar[tuple[Any, dict[str, list[Peer]]]] = (None, {})
    """The graph read last: some twenty rules look at it once for each resource."""

    def __init__(self, peers: dict[str, list[Peer]], address: str) -> None:
        self._peers = peers
        self._module = _module(address)
        self._address = address

    @classmethod
    def of_graph(cls, graph: Any, address: str) -> Self:
        """Read the vertices of checkov's resource graph (rustworkx or networkx).

        Raises:
            LookupError: there is no graph.
        """
        if graph is None:
            raise LookupError("checkov handed over no resource graph: other resources cannot be seen")
        if Peers._last[0] is not graph:
            by_type: dict[str, list[Peer]] = {}
            for peer in _vertices(graph):
                by_type.setdefault(peer.type, []).append(peer)
            Peers._last = (graph, by_type)
        return cls(Peers._last[1], address)

    def all(self, *types: str) -> list[Peer]:
        """Every resource of these types."""
        return [peer for kind in types for peer in self._peers.get(kind, [])]

    def pointing_here(self, kind: str, attribute: str, names: set[Any]) -> list[Peer]:
        """Resources of type ``kind`` whose ``attribute`` refers here or spells one of ``names``."""
        here = local_address(self._address)
        return [
            peer
            for peer in self.all(kind)
            if _module(peer.address) == self._module
            and any(_meets(value, here, names) for value in as_list(peer.block.get(attribute)))
        ]


def _meets(value: Any, address: str, names: set[Any]) -> bool:
    return reference(value) == address or value in names


def _module(address: str) -> str:
    match = _MODULE.match(address)
    return match.group(0) if match else ""


def _vertices(graph: Any) -> Iterator[Peer]:
    nodes = graph.nodes(data=True) if hasattr(graph, "is_directed") else graph.nodes()
    for _, attributes in nodes:
        if attributes.get("block_type_") != "resource":
            continue
        kind, _, _ = str(attributes.get("block_name_", "")).partition(".")
        for config in _configs(attributes.get("config_"), kind):
            address = config.get("__address__") or attributes.get("block_name_")
            yield Peer(str(address), kind, unwrap(config))


def _configs(config: Any, kind: str) -> Iterator[Mapping[str, Any]]:
    """A vertex holds ``{type: {name: configuration}}``."""
    if isinstance(config, Mapping):
        for named in as_list(config.get(kind)):
            yield from (value for value in named.values() if isinstance(value, Mapping))
