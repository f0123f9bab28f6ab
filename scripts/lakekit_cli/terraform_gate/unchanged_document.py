"""Assemble the JSON of a plan without changes, so that it is evaluated without `terraform show -json`.

`terraform show -json` starts the provider once more to read its schemas, which takes almost as long as the plan. The
values of a plan without changes are those of the refreshed state, which the plan file contains as JSON, and its
configuration was printed with an earlier plan of the same files and providers. Such a plan is evaluated like any other.
An apply of it can write nothing but the refreshed state.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from lakekit_policies.shared.regular_file import read_regular_bytes

from .sealed_plan import STACK_ENTRY

FOLDER: Final = Path(".lakekit/configurations")
# Entries of a plan file (terraform/internal/plans/planfile, 1.11); all others are configuration and locked providers.
_PLAN, _STATE, _PREVIOUS_STATE = "tfplan", "tfstate", "tfstate-prev"
_STATE_VERSION: Final = 4
_PROVIDER: Final = re.compile(r'provider\["([a-z0-9./_-]+)"\](?:\.[A-Za-z0-9_-]+)?')
_PLAIN_KEY: Final = re.compile(r"[A-Za-z0-9_./:@ -]+")
_DYNAMIC: Final = frozenset({"type", "value"})
"""Keys of a value of a dynamic type in a state (cty/json)."""
_BUILT_IN: Final = "terraform.io/builtin/terraform"
"""Provider of `terraform_remote_state` and `terraform_data`: only their top-level arguments are of a dynamic type."""
_REQUIRED: Final = ("configuration", "format_version")
_KEPT: Final = (*_REQUIRED, "checks", "variables")


class UnchangedDocument:
    """The plan of a stack as Terraform would print it, if nothing changes.

    Args:
        root: Project folder.
        stack: Stack name.
        plan: The plan file.
    """

    def __init__(self, root: Path, stack: str, plan: bytes) -> None:
        self._file = root / FOLDER / f"{Path(stack).name}.json"
        self._entries = _entries(plan)

    def assemble(self) -> dict[str, Any] | None:
        """Return the document of a plan for which Terraform found no changes.

        Returns None if Terraform must print it: another configuration, provider or Terraform than last time, modules,
        values of a dynamic type, or a plan file of an unknown form.
        """
        try:
            state, previous = (_State(self._entries[name]) for name in (_STATE, _PREVIOUS_STATE))
            kept = json.loads(read_regular_bytes(self._file))
            if kept["key"] != self._key(state) or not kept.keys() >= set(_REQUIRED):
                return None
            return _document(state, previous, {name: kept[name] for name in _KEPT if name in kept})
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def keep(self, document: Mapping[str, Any]) -> None:
        """Keep the configuration of a printed plan; without a write permission, Terraform prints the next one too."""
        if not self._ephemeral_variables() >= set(document.get("variables") or ()):
            return  # the values of the next plan are not in the state
        draft = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        try:
            kept = {"key": self._key(_State(self._entries[_STATE]))}
            kept |= {name: document[name] for name in _KEPT if name in document}
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
                json.dump(kept, stream)
            draft.replace(self._file)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            with suppress(OSError):
                draft.unlink()

    def _ephemeral_variables(self) -> set[str]:
        """Names of the variables that Terraform prints with their default, whatever they are set to."""
        try:
            declared = json.loads(self._entries[STACK_ENTRY]).get("variable", {})
            return {name for name, variable in declared.items() if variable.get("ephemeral") is True}
        except (ValueError, KeyError, AttributeError):
            return set()

    def _key(self, state: _State) -> str:
        """Digest of all that determines how Terraform prints the configuration."""
        digest = hashlib.sha256(state.terraform_version.encode())
        for name in sorted(self._entries.keys() - {_PLAN, _STATE, _PREVIOUS_STATE}):
            digest.update(f"\0{name}\0{hashlib.sha256(self._entries[name]).hexdigest()}".encode())
        return digest.hexdigest()


def _entries(plan: bytes) -> dict[str, bytes]:
    """Entries of a plan file; none if it is not one."""
    try:
        with zipfile.ZipFile(io.BytesIO(plan)) as archive:
            names = archive.namelist()
            return {name: archive.read(name) for name in names} if len(set(names)) == len(names) else {}
    except (zipfile.BadZipFile, ValueError, RuntimeError, NotImplementedError, zlib.error):
        return {}


class _State:
    """A state in a plan file.

    Raises:
        ValueError: It contains something whose printed form is not known here.
    """

    def __init__(self, content: bytes) -> None:
        state = json.loads(content)
        if state["version"] != _STATE_VERSION:
            raise ValueError(state["version"])
        self.terraform_version: Final = str(state["terraform_version"])
        self.outputs: Final[Mapping[str, Any]] = {
            name: {"sensitive": output.get("sensitive", False), "type": output["type"], "value": output["value"]}
            for name, output in state["outputs"].items()
        }
        self.resources: Final = {
            resource["address"]: resource for block in state["resources"] for resource in _instances(block)
        }

    def values(self, mode: str | None = None) -> dict[str, Any]:
        """Outputs and resources as in `terraform show -json`."""
        resources = [one for one in self.resources.values() if mode in (None, one["mode"])]
        return {"outputs": self.outputs, "root_module": {"resources": resources}}


def _instances(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The instances of a resource or data source, as printed."""
    provider = _PROVIDER.fullmatch(block["provider"])
    if provider is None or "module" in block or block["mode"] not in ("managed", "data"):
        raise ValueError(block["type"])
    prefix = "data." if block["mode"] == "data" else ""
    for instance in block["instances"]:
        values = instance["attributes"]
        if provider[1] == _BUILT_IN:
            values = {name: _known(value) for name, value in values.items()}
        elif _has_dynamic(values):
            raise ValueError(block["type"])
        if not {"deposed", "status", "attributes_flat"}.isdisjoint(instance):
            raise ValueError(block["type"])
        printed = {
            "address": f"{prefix}{block['type']}.{block['name']}{_index(instance)}",
            "mode": block["mode"],
            "type": block["type"],
            "name": block["name"],
            "provider_name": provider[1],
            "schema_version": instance["schema_version"],
            "values": values,
        }
        yield printed | ({"index": instance["index_key"]} if "index_key" in instance else {})


def _index(instance: Mapping[str, Any]) -> str:
    key = instance.get("index_key")
    if key is None:
        return ""
    if isinstance(key, str) and not _PLAIN_KEY.fullmatch(key):
        raise ValueError(key)
    return f"[{json.dumps(key)}]"


def _known(value: Any) -> Any:
    """A value of a dynamic type without its type; any other value as it is."""
    return value["value"] if isinstance(value, dict) and value.keys() == _DYNAMIC else value


def _has_dynamic(value: Any) -> bool:
    if isinstance(value, dict):
        return value.keys() == _DYNAMIC or any(map(_has_dynamic, value.values()))
    return isinstance(value, list) and any(map(_has_dynamic, value))


def _document(state: _State, previous: _State, kept: Mapping[str, Any]) -> dict[str, Any]:
    managed = [one for one in state.resources.values() if one["mode"] == "managed"]
    drift = [
        _change(one, "update", before["values"])
        for one in managed
        if (before := previous.resources.get(one["address"])) != one and before is not None
    ]
    if {one["address"] for one in managed} != {
        address for address, one in previous.resources.items() if one["mode"] == "managed"
    }:
        raise ValueError("an object was removed outside of Terraform")
    return {
        "terraform_version": state.terraform_version,
        "planned_values": state.values("managed"),
        **({"resource_drift": drift} if drift else {}),
        "resource_changes": [_change(one, "no-op", one["values"]) for one in managed],
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": state.terraform_version,
            "values": state.values(),
        },
        "applyable": False,
        "complete": True,
        "errored": False,
        **kept,
    }


def _change(resource: Mapping[str, Any], action: str, before: Mapping[str, Any]) -> dict[str, Any]:
    printed = {name: resource[name] for name in ("address", "mode", "type", "name", "provider_name")}
    printed |= {"index": resource["index"]} if "index" in resource else {}
    change = {"actions": [action], "before": before, "after": resource["values"], "after_unknown": {}}
    return printed | {"change": change}
