"""Hash of everything that a stack is planned from: configuration, files, variables, outputs of other stacks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lakekit_cli.applied.errors import InputsUnknownError
from lakekit_cli.applied.local_files import digest, files_of, named_files, require_data_sources
from lakekit_cli.applied.local_modules import local_module, require_closed_configuration
from lakekit_cli.applied.store import StateStore, StoreError
from lakekit_policies.output_folder.workspace import DEFAULT_WORKSPACE
from lakekit_policies.shared.regular_file import read_regular_bytes

_PLAN_TIME = re.compile(r"\bplantimestamp\(\)")
_CONFIGURATION = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json")


def inputs_hash(working: Path, environ: Mapping[str, str], flags: Sequence[str] = ()) -> str:
    """Return the SHA-256 of the inputs of a stack.

    Args:
        working: Working directory of the stack, synthesized.
        environ: Environment variables, with `TF_VAR_…`.
        flags: Flags `-var=…` and `-var-file=…` of Terraform.

    Raises:
        InputsUnknownError: An input cannot be read, or depends on values that only Terraform knows.
    """
    try:
        document = json.loads(read_regular_bytes(working / "cdk.tf.json"))
        inputs = {
            "configuration": without_comments(document),
            "files": _digests(document, working),
            "variables": _variables(document, working, environ),
            "flags": [_flag(flag, working) for flag in flags],
            "outputs": dict(_outputs(document, working)),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StoreError, RecursionError) as error:
        raise InputsUnknownError(str(error)) from error
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def without_comments(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration without the comments (`//`) of the document and of its blocks."""
    cleaned = {key: value for key, value in document.items() if key != "//"}
    for section in ("resource", "data"):
        cleaned[section] = {
            kind: {
                name: {key: value for key, value in block.items() if key != "//"} if isinstance(block, dict) else block
                for name, block in blocks.items()
            }
            for kind, blocks in (document.get(section) or {}).items()
        }
    return cleaned


def _without_creation_times(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration without the time of the plan where it changes nothing that exists.

    Arguments in `ignore_changes` count for the creation of a resource only, which the state shows.
    """
    resources = {
        kind: {
            name: {key: _untimed(value) if key in _ignored(block) else value for key, value in block.items()}
            if isinstance(block, dict)
            else block
            for name, block in blocks.items()
        }
        for kind, blocks in (document.get("resource") or {}).items()
    }
    return {**document, "resource": resources}


def _ignored(block: Mapping[str, Any]) -> list[str]:
    lifecycle = block.get("lifecycle")
    ignored = lifecycle.get("ignore_changes") if isinstance(lifecycle, dict) else None
    return ignored if isinstance(ignored, list) else []


def _untimed(value: Any) -> Any:
    if isinstance(value, str):
        return _PLAN_TIME.sub('"2000-01-01T00:00:00Z"', value)
    if isinstance(value, dict):
        return {key: _untimed(item) for key, item in value.items()}
    return [_untimed(item) for item in value] if isinstance(value, list) else value


def _digests(document: Mapping[str, Any], working: Path) -> dict[str, str]:
    archived = any("archive_file" in (document.get(section) or {}) for section in ("data", "resource"))
    files = sorted(_files(document, working).items())
    return {str(name): digest(file, permissions=archived) for name, file in files}


def _further_files(working: Path) -> dict[str, Path]:
    found = {file.name: file for pattern in _CONFIGURATION for file in working.glob(pattern)}
    found.pop("cdk.tf.json", None)
    return found


def _files(document: Mapping[str, Any], working: Path) -> dict[str, Path]:
    found = _further_files(working)
    for file in found.values():
        require_closed_configuration(file)
    if (assets := working / "assets").exists():
        found |= {str(file): file for file in files_of(assets)}
    for module in (document.get("module") or {}).values():
        found |= local_module(str(module["source"]), working)
    data = {kind: blocks for kind, blocks in (document.get("data") or {}).items() if kind != "terraform_remote_state"}
    require_data_sources({**document, "data": data})
    # Backends name state files, which every apply changes; outputs of other states are inputs of their own.
    cleaned = _without_creation_times(without_comments(document))
    named = {key: value for key, value in cleaned.items() if key not in ("terraform", "data")}
    found |= named_files(named | {"data": data}, working)
    return {_relative(name, file, working): file for name, file in found.items()}


def _relative(name: str, file: Path, working: Path) -> str:
    # Independent of the folder of the checkout.
    return str(file.relative_to(working)) if file.is_relative_to(working) else name


def _variables(document: Mapping[str, Any], working: Path, environ: Mapping[str, str]) -> dict[str, str]:
    if _further_files(working):  # which may declare variables
        return {name: value for name, value in environ.items() if name.startswith("TF_VAR_")}
    declared = document.get("variable") or {}
    return {
        name: environ[f"TF_VAR_{name}"]
        for name, block in declared.items()
        # Values of ephemeral variables are in no plan and in no state.
        if f"TF_VAR_{name}" in environ and not (isinstance(block, dict) and block.get("ephemeral"))
    }


def _flag(flag: str, working: Path) -> str:
    if flag.startswith("-var-file="):
        return f"-var-file={digest(working / flag.removeprefix('-var-file='))}"
    return flag


def _outputs(document: Mapping[str, Any], working: Path) -> Iterator[tuple[str, Any]]:
    remote = (document.get("data") or {}).get("terraform_remote_state") or {}
    text = json.dumps(document)
    for name, block in remote.items():
        config = block["config"]
        # Records exist for the default workspace only, which is then that of the other stacks too.
        another = block.get("workspace", DEFAULT_WORKSPACE) not in (DEFAULT_WORKSPACE, "${terraform.workspace}")
        if block.get("for_each") or block.get("count") or another:
            raise InputsUnknownError(f"terraform_remote_state.{name}: only Terraform knows its state")
        outputs = StateStore.of(block["backend"], config, working).outputs()
        used = set(re.findall(rf"terraform_remote_state\.{re.escape(name)}\.outputs\.([\w-]+)", text))
        complete = text.count(f"terraform_remote_state.{name}.outputs") == len(
            re.findall(rf"terraform_remote_state\.{re.escape(name)}\.outputs\.[\w-]+", text)
        )
        yield name, {key: outputs.get(key) for key in sorted(used)} if complete else outputs
