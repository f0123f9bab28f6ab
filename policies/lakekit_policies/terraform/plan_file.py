"""A Terraform plan as ``terraform show -json`` prints it: resources, changes, configuration, unknown values."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from lakekit_policies.errors import GateError
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.strict_json import parse_json, read_bytes

BUILT_IN: Final = "terraform.io/builtin/terraform"
"""Provider of `terraform_data` and `terraform_remote_state`: part of Terraform, without a version."""
_EntryT = TypeVar("_EntryT")
_INSTANCE_KEY: Final = re.compile(r"\[(?:\"(?:[^\"\\]|\\.)*\"|\d+)\]")


@dataclass(frozen=True, slots=True)
class PlannedResource:
    """A resource or data source that exists after the plan, one per instance of ``count`` and ``for_each``."""

    address: str
    mode: str
    type: str
    values: Mapping[str, Any]

    @property
    def declared_address(self) -> str:
        """The address without instance keys, as it is in the configuration."""
        return _INSTANCE_KEY.sub("", self.address)


@dataclass(frozen=True, slots=True)
class ConfiguredResource:
    """A resource or data source of the configuration that was planned, root module or not."""

    address: str
    """With the modules it is in, without instance keys."""
    mode: str
    type: str
    name: str
    expressions: Mapping[str, Any]
    provider: str
    """``provider_config_key``."""
    module: str
    """``module.<name>.`` for each module it is in; empty for the root module."""
    provisioners: tuple[str, ...] = ()
    """Types of its provisioners."""
    for_each: tuple[str, ...] = ()
    """References of its ``for_each``."""

    @property
    def is_managed(self) -> bool:
        return self.mode == "managed"


@dataclass(frozen=True, slots=True)
class PlanFile:
    """One plan.

    Attributes:
        document: the JSON as printed.
        sha256: hash of the file; empty for a document that was not read from one.
    """

    document: Mapping[str, Any]
    sha256: str = ""
    _read: dict[str, list[Any]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was read from the document, which does not change."""

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a plan.

        Raises:
            GateError: the file is missing, a binary plan, a state, not JSON, or of an unknown format version or
                form, or the plan itself failed.
        """
        raw = read_bytes(file)
        document = parse_json(raw, file)
        if not isinstance(document, dict) or "planned_values" not in document:
            given = "a state" if isinstance(document, dict) and "values" in document else "not a plan"
            raise GateError("not_a_plan", f"{file}: this is {given}. Give the output of `terraform show -json PLAN`.")
        if str(document.get("format_version", "")).partition(".")[0] != "1":
            given = repr(document.get("format_version"))
            raise GateError("plan_format", f"{file}: plan format {given:.40}; version 1.x is supported.")
        if document.get("errored"):
            raise GateError("plan_errored", f"{file}: Terraform could not finish this plan; plan again.")
        # Loads pydantic, which the interpreter that starts the engine need not have.
        import_module("lakekit_policies.terraform.plan_form").check_form(document, file)
        return cls(document, hashlib.sha256(raw).hexdigest())

    @property
    def planned_module(self) -> Mapping[str, Any]:
        """The root module of the planned values, as printed."""
        return _mapping(_mapping(self.document.get("planned_values")).get("root_module"))

    @property
    def configured_module(self) -> Mapping[str, Any]:
        """The root module of the configuration, as printed."""
        return _mapping(_mapping(self.document.get("configuration")).get("root_module"))

    @property
    def providers(self) -> Mapping[str, Any]:
        """Provider configurations by key, as printed."""
        return _mapping(_mapping(self.document.get("configuration")).get("provider_config"))

    @property
    def checked_addresses(self) -> set[str]:
        """Addresses whose preconditions Terraform lists among the plan's checks."""
        return {check["address"].get("to_display") for check in self.document.get("checks") or ()}

    def resources(self) -> Iterator[PlannedResource]:
        """Everything that exists after the plan, in the root module and below."""
        return iter(self._once("resources", lambda: _planned(self.planned_module)))

    def values(self) -> dict[str, Mapping[str, Any]]:
        """The planned values by address."""
        return {resource.address: resource.values for resource in self.resources()}

    def configured(self) -> Iterator[ConfiguredResource]:
        """Every resource and data source of the configuration, in the root module and below."""
        return iter(self._once("configured", lambda: _configured(self.configured_module, "")))

    def configured_modules(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Every module of the configuration with its prefix: empty for the root, else ``module.<name>.`` each."""
        return _modules(self.configured_module, "")

    def module_calls(self) -> Iterator[tuple[str, str]]:
        """Address and source of every module call."""
        for prefix, module in self.configured_modules():
            for name, call in (module.get("module_calls") or {}).items():
                yield f"{prefix}module.{name}", str(call.get("source", ""))

    def actions(self) -> Iterator[tuple[str, str]]:
        """Address and type of every ``action`` block (Terraform 1.14)."""
        for prefix, module in self.configured_modules():
            for entry in module.get("actions") or ():
                kind = str(entry.get("type", ""))
                yield f"{prefix}action.{kind}.{entry.get('name', '')}", kind
        for entry in self.document.get("action_invocations") or ():
            yield str(entry.get("address", "")), str(entry.get("type", ""))

    def named_values(self) -> Iterator[tuple[str, Any]]:
        """Address and value of every known output of the root module, and of every variable."""
        outputs = _mapping(self.document.get("planned_values")).get("outputs") or {}
        for name, output in outputs.items():
            yield f"output.{name}", output.get("value")
        for name, change in (self.document.get("output_changes") or {}).items():
            after = _mapping(change).get("after")
            if after is not None and after != _mapping(outputs.get(name)).get("value"):
                yield f"output.{name}", after
        for name, variable in (self.document.get("variables") or {}).items():
            yield f"var.{name}", variable.get("value")
        for prefix, module in self.configured_modules():
            for name, variable in (module.get("variables") or {}).items():
                if variable.get("default") is not None:
                    yield f"{prefix}var.{name}.default", variable["default"]

    def all_changes(self) -> Iterator[Change]:
        """Every change, of managed resources and of data sources.

        Raises:
            KeyError: an entry of ``resource_changes`` does not have the expected form.
        """
        return iter(self._once("changes", lambda: map(Change.of, self.document.get("resource_changes") or ())))

    def _once(self, name: str, read: Callable[[], Iterable[_EntryT]]) -> list[_EntryT]:
        if name not in self._read:
            self._read[name] = list(read())
        return self._read[name]

    def changes(self) -> Iterator[Change]:
        """Every change of a managed resource."""
        return (change for change in self.all_changes() if change.is_managed)

    def prior_resources(self) -> Iterator[PlannedResource]:
        """Everything in the state before the plan, with the data sources that Terraform has read for it."""
        state = _mapping(_mapping(self.document.get("prior_state")).get("values"))
        return iter(self._once("prior", lambda: _planned(_mapping(state.get("root_module")))))

    def read_data_sources(self) -> Iterator[str]:
        """Declared addresses of the data sources of the root module that Terraform has read for this plan."""
        for resource in self.prior_resources():
            if resource.mode == "data" and not resource.address.startswith("module."):
                yield resource.declared_address


def _planned(module: Mapping[str, Any]) -> Iterator[PlannedResource]:
    for entry in module.get("resources") or ():
        yield PlannedResource(
            entry["address"], entry.get("mode", "managed"), entry.get("type", ""), entry.get("values") or {}
        )
    for child in module.get("child_modules") or ():
        yield from _planned(child)


def _configured(module: Mapping[str, Any], prefix: str) -> Iterator[ConfiguredResource]:
    for entry in module.get("resources") or ():
        yield ConfiguredResource(
            address=f"{prefix}{entry['address']}",
            mode=entry.get("mode", "managed"),
            type=str(entry.get("type", "")),
            name=str(entry.get("name", "")),
            expressions=entry.get("expressions") or {},
            provider=str(entry.get("provider_config_key") or ""),
            module=prefix,
            provisioners=tuple(str(one.get("type")) for one in entry.get("provisioners") or ()),
            for_each=tuple(map(str, _mapping(entry.get("for_each_expression")).get("references") or ())),
        )
    for name, call in (module.get("module_calls") or {}).items():
        yield from _configured(call.get("module") or {}, f"{prefix}module.{name}.")


def _modules(module: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    yield prefix, module
    for name, call in (module.get("module_calls") or {}).items():
        yield from _modules(call.get("module") or {}, f"{prefix}module.{name}.")


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
