"""One mutation of one stack."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lakekit_policies.terraform.resource_block import META_ARGUMENTS
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from mutation import edits
from mutation.edits import Document

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A mutation and its edit.

    Attributes:
        category: kind of mutation.
        stack: the mutated stack.
        address: the resource, empty for the stack itself.
        path: dotted path of the changed value.
        change: description of the change.
        critical: the gate must reject it.
        apply: edits a copy of the configuration; for a plan, its changes.
        stage: stage at which it is evaluated.
    """

    category: str
    stack: str
    address: str
    path: str
    change: str
    critical: bool
    apply: Callable[[Document], None]
    stage: str = "synth"

    @property
    def kind(self) -> str:
        """The resource type."""
        return self.address.partition(".")[0]

    @property
    def place(self) -> str:
        """``type.path``, by which equivalent mutants are listed."""
        return f"{self.kind}.{self.path}" if self.path else self.kind

    def __str__(self) -> str:
        at = f"{self.address}.{self.path}" if self.path else self.address
        return f"{self.stack}: {at}: {self.change}"


def resources(document: Document) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Type, name and body of every resource."""
    for block in SynthesizedStack.of(document).resources():
        yield block.kind, block.name, block.body


def leaves(body: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    """Every path below a resource's body with its value, blocks before their content."""

    def walk(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
        if path:
            yield path, value
        if isinstance(value, dict):
            for key, item in value.items():
                if not (key == "//" or (not path and key in META_ARGUMENTS)):
                    yield from walk(item, (*path, key))
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, (*path, index))

    yield from walk(body, ())


def dotted(path: Path) -> str:
    """A path without list positions."""
    return ".".join(step for step in path if isinstance(step, str))


def put(kind: str, name: str, path: Path, value: Any) -> Callable[[Document], None]:
    """Set the value at a path of a resource."""

    def change(document: Document) -> None:
        target: Any = edits.body(document, f"{kind}.{name}")
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value

    return change


def drop(kind: str, name: str, path: Path = ()) -> Callable[[Document], None]:
    """Remove the value at a path of a resource, or the resource."""

    def change(document: Document) -> None:
        if not path:
            edits.remove_resource(document, f"{kind}.{name}")
            return
        target: Any = edits.body(document, f"{kind}.{name}")
        for step in path[:-1]:
            target = target[step]
        del target[path[-1]]

    return change
