"""The other resources of a stack, as a rule for one resource sees them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, Self

from lakekit_policies.engine import unknown_tracking
from lakekit_policies.terraform.blocks import is_unknown, local_address, reference
from lakekit_policies.terraform.hcl_expressions import INSTANCE_KEY, ONE_OF
from lakekit_policies.terraform.peer_index import (
    ABSOLUTE,
    Peer,
    Resources,
    absolute_module,
    instance_of,
    module_of,
    written_instance,
)

_INDEX: Final = re.compile(INSTANCE_KEY)
_MOST_OPEN: Final = 3
"""Resources with unknown blocks that are named where any of them can refer to a resource."""


class Peers:
    """The resources of a stack, seen from one of them."""

    def __init__(self, resources: Resources, address: str) -> None:
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
            _last = Resources(graph)
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
        found = self._resources.referring().get((module_of(self._address), here), [])
        others = [peer for peer in found if local_address(peer.address) != here]
        if not others:
            for peer in self._resources.open_peers()[:_MOST_OPEN]:
                unknown_tracking.read_open_blocks(peer.block)
        return others

    def may_be_referenced(self, argument: str) -> bool:
        """Whether an unknown argument with this in its name, of any resource, may refer to this one.

        Reading it makes the result of the rule undetermined.
        """
        found = [
            (peer, attribute)
            for peer, attribute, value in self._resources.unknown_arguments(argument)
            if self.may_be_own(value, peer.address)
        ]
        return bool([peer.block.get(attribute) for peer, attribute in found[:_MOST_OPEN]])

    def referencing(self, kind: str, attribute: str, names: set[Any]) -> list[Peer]:
        """Resources of type ``kind`` whose ``attribute`` refers to this one or is one of ``names``."""
        pointers = self._resources.pointers(kind, attribute)
        module, own = module_of(self._address), local_address(self._address)
        absolute = {ABSOLUTE + module, ABSOLUTE + _INDEX.sub("", module)}
        keys = [(module, own), *((one, own) for one in absolute), *((module, name) for name in map(str, names))]
        here = instance_of(self._address)
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
        place = absolute_module(text).removeprefix(ABSOLUTE) if text.startswith(ABSOLUTE) else module_of(of)
        own = module_of(self._address)
        if place not in (own, _INDEX.sub("", own)):
            return False
        here, written = instance_of(self._address), written_instance(text) or instance_of(of)
        return here in (None, written) or (written is None and of != self._address)

    def may_be_own(self, value: Any, of: str) -> bool:
        """Whether an unknown value of a resource may refer to this one: its candidates name it, or it names none."""
        if not is_unknown(value):
            return False
        _, several, candidates = str(value).removesuffix("}").partition(ONE_OF)
        return not several or any(self.is_own(ABSOLUTE + one, of) for one in candidates.split(", "))

    def instances(self, value: Any) -> list[Peer]:
        """The instances of the resource that a value refers to without naming one of them."""
        target, text = reference(value), str(value)
        if target is None or written_instance(text) is not None:
            return []
        module = module_of(self._address)
        if text.startswith(ABSOLUTE):
            module = module_of(text.removeprefix(ABSOLUTE))
        return [
            peer
            for peer in self.all(target.partition(".")[0])
            if local_address(peer.address) == target
            and _INDEX.sub("", module_of(peer.address)) == _INDEX.sub("", module)
        ]

    def is_named(self, name: Any, *types: str, attribute: str = "name") -> bool:
        """Whether a resource of one of these types has a name, or may have it, because its name is not known.

        Reading a name that is not known makes the result of the rule undetermined.
        """
        named = [(peer, dict.get(peer.block, attribute)) for peer in self.all(*types)]
        if any(value == name for _, value in named):
            return True
        unknown = [peer for peer, value in named if is_unknown(value) or reference(value) is not None]
        return bool([peer.block.get(attribute) for peer in unknown])

    def is_uncertain(self, kind: str, attribute: str) -> bool:
        """Whether resources of type ``kind`` may refer to this one, because ``attribute`` is unknown.

        Reading the attribute makes the result of the rule undetermined.
        """
        unknown = [peer for peer in self.all(kind) if self.may_be_own(dict.get(peer.block, attribute), peer.address)]
        return bool([peer.block.get(attribute) for peer in unknown])


_last: Resources | None = None
