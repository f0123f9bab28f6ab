"""A synthesized stack: the resources, data sources, providers, backend and outputs of one ``cdk.tf.json``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from lakekit_policies.errors import GateError
from lakekit_policies.terraform import dynamic_blocks
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.constants import Constants
from lakekit_policies.terraform.evaluation import Scope
from lakekit_policies.terraform.evaluation.values import converted
from lakekit_policies.terraform.other_configuration import STACK_FILE, reject_other_configuration
from lakekit_policies.terraform.resource_block import ResourceBlock, cdktf_metadata
from lakekit_policies.terraform.stack_metadata import StackMetadata
from lakekit_policies.terraform.strict_json import read_json


@dataclass(frozen=True)
class SynthesizedStack:
    """One synthesized stack.

    Attributes:
        configuration: the JSON document as written.
        name: ``<environment>-<stack>``.
        file: where it was read from.
        planned_variables: values of variables in the plan of the stack, by name.
        has_choices: whether dynamic blocks have instances whose number depends on a variable without a planned value;
            None if that is not decided.
    """

    configuration: Mapping[str, Any]
    name: str = ""
    file: Path = Path(STACK_FILE)
    planned_variables: Mapping[str, Any] = field(default_factory=dict)
    has_choices: bool | None = None

    @classmethod
    def read(cls, file: Path, name: str = "") -> Self:
        """Read a ``cdk.tf.json``.

        Args:
            file: the path.
            name: name of the stack; by default the one that cdktf wrote, or the folder's.

        Raises:
            GateError: the file is missing, is not a stack's JSON, or other Terraform files are next to it.
        """
        if not file.is_file():
            raise GateError("missing_stack", f"{file}: no such file. Synthesize first.")
        if file.name != STACK_FILE:
            raise GateError("not_json", f"{file}: only {STACK_FILE} can be evaluated; switch HCL output off.")
        reject_other_configuration(file.parent)
        configuration = read_json(file)
        if not isinstance(configuration, Mapping):
            raise GateError("not_a_configuration", f"{file}: expected a JSON object")
        written = name or cdktf_metadata(configuration).get("stackName") or file.resolve().parent.name
        stack = cls(configuration, str(written), file)
        for block in stack.blocks():
            dynamic_blocks.check_depth(block.body, f"{file}: {block.address}")
        return stack

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> Self:
        """The stack of a JSON document, with the name that cdktf wrote."""
        return cls(configuration, str(cdktf_metadata(configuration).get("stackName") or ""))

    @cached_property
    def metadata(self) -> StackMetadata:
        """Environment, tier, account, source locations, waivers.

        Raises:
            GateError: it is not of the expected form, or a newer version wrote it.
        """
        return StackMetadata.of(self.configuration, str(self.file))

    def blocks(self) -> Iterator[ResourceBlock]:
        """Every resource and data source.

        Raises:
            GateError: a block does not have the form ``{type: {name: {…}}}``.
        """
        yield from self._blocks("resource", "managed")
        yield from self._blocks("data", "data")

    def resources(self, kind: str = "") -> Iterator[ResourceBlock]:
        """Every managed resource, or those of one type."""
        return (block for block in self._blocks("resource", "managed") if kind in ("", block.kind))

    def data_sources(self) -> Iterator[ResourceBlock]:
        return self._blocks("data", "data")

    def resource(self, address: str) -> ResourceBlock:
        """The resource or data source at an address.

        Raises:
            KeyError: there is none.
        """
        for block in self.blocks():
            if block.address == address:
                return block
        raise KeyError(address)

    def provider_blocks(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Name and body of every provider block."""
        for name, bodies in _objects(self.configuration.get("provider", {}), "provider"):
            for body in bodies if isinstance(bodies, list) else [bodies]:
                at = f"provider.{name}"
                yield name, dynamic_blocks.expanded(_object(body, at), at)

    def providers(self, name: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Address and body of the configurations of one provider.

        A stack with resources of the provider and no block has one, which is empty.
        """
        blocks = [body for provider, body in self.provider_blocks() if provider == name]
        if not blocks and any(block.kind.startswith(f"{name}_") for block in self.resources()):
            blocks = [{}]
        for body in blocks:
            alias = body.get("alias")
            yield f"provider.{name}.{alias}" if alias else f"provider.{name}", body

    @property
    def required_providers(self) -> list[tuple[str, Mapping[str, Any]]]:
        """Name, and source and version, of each required provider."""
        parts = (as_list(part.get("required_providers")) for part in self._settings())
        return [(name, wanted) for part in parts for required in part for name, wanted in required.items()]

    @property
    def backends(self) -> dict[str, Mapping[str, Any]]:
        """Settings by kind of backend (``s3``, ``local``); Terraform allows one.

        A ``cloud`` block stores the state in HCP Terraform in place of a backend.
        """
        return {
            kind: (as_list(block) or [{}])[0]
            for part in self._settings()
            for kind, block in {**(part.get("backend") or {}), **_cloud(part)}.items()
        }

    @property
    def required_versions(self) -> list[str]:
        """Version constraints of Terraform."""
        return [str(part["required_version"]) for part in self._settings() if part.get("required_version")]

    @property
    def variables(self) -> dict[str, Mapping[str, Any]]:
        """Input variables by name."""
        written = _objects(self.configuration.get("variable", {}), "variable")
        return {name: _object(body, f"variable.{name}") for name, body in written}

    @property
    def outputs(self) -> dict[str, Any]:
        return dict(_objects(self.configuration.get("output", {}), "output"))

    @property
    def modules(self) -> dict[str, Mapping[str, Any]]:
        """Module calls by name."""
        written = _objects(self.configuration.get("module", {}), "module")
        return {name: _object(body, f"module.{name}") for name, body in written}

    @cached_property
    def constants(self) -> Constants:
        """Literal locals, variable values and values of `terraform_data`, by the name an expression uses."""
        locals_ = dict(_objects(self.configuration.get("locals", {}), "locals"))
        variables = {
            name: variable
            for name, variable in _objects(self.configuration.get("variable", {}), "variable")
            if isinstance(variable, Mapping)
        }
        given = {name: one["default"] for name, one in variables.items() if "default" in one} | {
            name: value for name, value in self.planned_variables.items() if name in variables
        }
        scope = Scope(
            locals_,
            {name: converted(value, variables[name].get("type")) for name, value in given.items()},
            given.keys() - self.planned_variables.keys(),
        )
        values = {f"local.{name}": value for name, value in locals_.items()}
        values |= {f"var.{name}": value for name, value in given.items() if value is not None}
        declared = [*(f"local.{name}" for name in locals_), *(f"var.{name}" for name in variables)]
        return Constants(
            values | _passed_values(self.configuration), scope, declared=declared, has_choices=self.has_choices
        )

    def _settings(self) -> list[Mapping[str, Any]]:
        return as_list(self.configuration.get("terraform"))

    def _blocks(self, block: str, mode: str) -> Iterator[ResourceBlock]:
        for kind, named in _objects(self.configuration.get(block) or {}, block):
            for name, body in _objects(named, f"{block}.{kind}"):
                yield ResourceBlock(mode, kind, name, _object(body, f"{block}.{kind}.{name}"))


def _passed_values(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Literal values that pass through `terraform_data`, also through several of them."""
    named = (configuration.get("resource") or {}).get("terraform_data") or {}
    inputs = {
        f"${{terraform_data.{name}.{attribute}}}": body["input"]
        for name, body in _objects(named, "resource.terraform_data")
        if isinstance(body, Mapping) and body.get("input") is not None
        for attribute in ("input", "output")
    }
    found: dict[str, Any] = {}
    for name in inputs:
        passed: dict[str, None] = {}
        value: Any = name
        while isinstance(value, str) and value in inputs and value not in found and value not in passed:
            passed[value] = None
            value = inputs[value]
        last = found.get(value, value) if isinstance(value, str) else value
        found.update(dict.fromkeys(passed, last))
    return {
        name.removeprefix("${").removesuffix("}"): value for name, value in found.items() if "${" not in repr(value)
    }


def _cloud(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {"cloud": settings["cloud"]} if settings.get("cloud") is not None else {}


def _objects(block: Any, at: str) -> Iterator[tuple[str, Any]]:
    for part in block if isinstance(block, list) else [block]:
        yield from ((name, body) for name, body in _object(part, at).items() if name != "//")


def _object(value: Any, at: str) -> Mapping[str, Any]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, Mapping):
        raise GateError(
            "not_a_configuration",
            f"{at}: expected an object, found {type(value).__name__}. This is not Terraform's JSON syntax.",
        )
    return value
