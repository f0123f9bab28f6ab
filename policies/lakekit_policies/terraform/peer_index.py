"""The resources of one graph, by type and by the targets of their attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.engine import unknown_tracking
from lakekit_policies.terraform.blocks import (
    MODULE,
    REFERENCE,
    Block,
    as_list,
    is_unknown,
    reference,
    unwrap,
)
from lakekit_policies.terraform.hcl_expressions import INSTANCE_KEY

ABSOLUTE: Final = "/"
"""Beginning of a reference to a resource of another module."""
_KEY: Final = re.compile(rf"{INSTANCE_KEY}$")


@dataclass(frozen=True, slots=True)
class Peer:
    """Another resource of the same stack."""

    address: str
    type: str
    block: Block


class Resources:
    """The resources of one graph, by type and by the targets of their attributes."""

    def __init__(self, graph: Any) -> None:
        self.graph = graph
        self.by_type: dict[str, list[Peer]] = {}
        self.computed: dict[str, Any] = {}
        self._pointers: dict[tuple[str, str], dict[tuple[str, str], list[tuple[Peer, str | None]]]] = {}
        self._referring: dict[tuple[str, str], list[Peer]] | None = None
        self._open: list[Peer] | None = None
        self._unknown: dict[str, list[tuple[Peer, str, str]]] = {}
        for peer in _vertices(graph):
            self.by_type.setdefault(peer.type, []).append(peer)

    def referring(self) -> dict[tuple[str, str], list[Peer]]:
        """Module and address of each resource, to the resources of the module that refer to it."""
        if self._referring is None:
            self._referring = {}
            for peer in (peer for peers in self.by_type.values() for peer in peers):
                module = module_of(peer.address)
                for target in {found for text in _texts(peer.block) if (found := reference(text)) is not None}:
                    self._referring.setdefault((module, target), []).append(peer)
        return self._referring

    def open_peers(self) -> list[Peer]:
        """The resources with a dynamic block of which nothing is known."""
        if self._open is None:
            peers = (peer for peers in self.by_type.values() for peer in peers)
            self._open = [peer for peer in peers if unknown_tracking.has_open_blocks(peer.block)]
        return self._open

    def unknown_arguments(self, argument: str) -> list[tuple[Peer, str, str]]:
        """Unknown values of arguments with this in their name, at any depth, with the attribute that contains them."""
        if argument not in self._unknown:
            self._unknown[argument] = [
                (peer, attribute, text)
                for peer in (peer for peers in self.by_type.values() for peer in peers)
                for attribute, value in dict.items(peer.block)
                for name, text in _named_texts(attribute, value)
                if argument in name and is_unknown(text)
            ]
        return self._unknown[argument]

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
                    module = absolute_module(text) if text.startswith(ABSOLUTE) else module_of(peer.address)
                    instance = written_instance(text) or instance_of(peer.address)
                    found.setdefault((module, reference(value) or text), []).append((peer, instance))
            self._pointers[kind, attribute] = found
        return self._pointers[kind, attribute]


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


def _named_texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Every text of a value, with the name of its argument."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, dict):
        for part, inner in dict.items(value):
            yield from _named_texts(part, inner)
    elif isinstance(value, list):
        for part in list.__iter__(value):
            yield from _named_texts(name, part)


def module_of(address: str) -> str:
    match = MODULE.match(address)
    return match.group(0) if match else ""


def instance_of(address: str) -> str | None:
    """Key of an instance (``"raw"``, ``0``); None for a resource without ``count`` and ``for_each``."""
    found = _KEY.search(address)
    return found.group(0)[1:-1] if found else None


def written_instance(text: str) -> str | None:
    """The literal key in a reference (``aws_s3_bucket.zone["raw"].id``)."""
    match = REFERENCE.match(text)
    found = re.match(r"\[(\"(?:[^\"\\]|\\.)*\"|\d+)\]", text[match.end() :]) if match else None
    return found.group(1) if found else None


def absolute_module(text: str) -> str:
    return ABSOLUTE + module_of(text.removeprefix(ABSOLUTE))


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
