"""Resources of synthesized stacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lakekit.errors import LakekitError
from lakekit_policies.terraform.synthesized_directory import stack_files
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_REFERENCE: Final = re.compile(r"\$\{(\w+)\.([\w-]+)\.\w+\}\Z")


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of one stack."""

    stack: str
    kind: str
    name: str
    body: Mapping[str, Any]
    path: str = ""
    """Construct path."""

    @property
    def address(self) -> tuple[str, str, str]:
        """Stack, type and name: what a reference points to."""
        return (self.stack, self.kind, self.name)


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference to a resource of the same stack."""

    stack: str
    text: str


def resources(stacks: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    """All resources, with each reference marked by its stack."""
    for document in stacks:
        stack = SynthesizedStack.of(document)
        for block in stack.resources():
            yield Resource(stack.name, block.kind, block.name, _marked(block.body, stack.name), block.path)


def read(directory: Path, environment: str) -> list[dict[str, Any]]:
    """The synthesized stacks of an environment.

    Args:
        directory: a synthesized directory such as `cdktf.out`.
        environment: its name.

    Raises:
        LakekitError: there are none.
        GateError: a stack cannot be read.
    """
    stacks = [SynthesizedStack.read(file) for file in stack_files(directory)]
    found = [dict(stack.configuration) for stack in stacks if stack.metadata.environment == environment]
    if not found:
        raise LakekitError(
            f"no stack of {environment} was synthesized there",
            where=str(directory),
            fix=f"run `lakekit synth {environment}`",
        )
    return found


def bare_name(value: Any, names: Mapping[tuple[str, str, str], str]) -> str:
    """The literal name, or the name of the resource that a reference points to."""
    if isinstance(value, Reference):
        match = _REFERENCE.match(value.text)
        return names.get((value.stack, match[1], match[2]), value.text) if match else value.text
    return str(value)


def _marked(value: Any, stack: str) -> Any:
    if isinstance(value, str) and _REFERENCE.match(value):
        return Reference(stack, value)
    if isinstance(value, Mapping):
        return {key: _marked(item, stack) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item, stack) for item in value]
    return value
