"""Hash of everything that a stack is planned from: configuration, files, variables, outputs of other stacks."""

from __future__ import annotations

import errno
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lakekit_cli.applied.store import StateStore, StoreError
from lakekit_policies.output_folder.workspace import DEFAULT_WORKSPACE
from lakekit_policies.shared.regular_file import read_regular_bytes, read_regular_text

_CONFIGURATION = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json")
_FILE_FUNCTION = re.compile(r"\b(?:file\w*|templatefile)\s*\(")
_FILE_LITERAL = re.compile(r'\b(?:file\w*|templatefile)\s*\(\s*"((?:[^"$]|\$\{path\.(?:module|root|cwd)\})+)"')
_TEMPLATE = re.compile(r'\btemplatefile\s*\(\s*"((?:[^"$]|\$\{path\.(?:module|root|cwd)\})+)"')
# Functions whose value can differ from one plan to the next: of the time, of chance, of a folder, of a provider.
# https://developer.hashicorp.com/terraform/language/functions; `timestamp(6)` is a type of SQL.
_IMPURE_FUNCTION = re.compile(
    r"\b(?:(?:timestamp|plantimestamp|uuid)\s*\(\s*\)|(?:fileset|bcrypt|pathexpand|provider::\w+::\w+)\s*\()"
)
_EXPRESSION = re.compile(r"[$%]\{")
_PATH = re.compile(r"\$\{path\.(?:module|root|cwd)\}")


class InputsUnknownError(Exception):
    """The inputs cannot be determined, so the stack counts as changed."""


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
            "files": {str(name): _digest(file) for name, file in sorted(_files(document, working).items())},
            "variables": _variables(document, environ),
            "flags": [_flag(flag, working) for flag in flags],
            "outputs": dict(_outputs(document, working)),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, StoreError) as error:
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


def _files(document: Mapping[str, Any], working: Path) -> dict[str, Path]:
    found = {file.name: file for pattern in _CONFIGURATION for file in working.glob(pattern)}
    found.pop("cdk.tf.json", None)
    roots = [working / "assets"]
    modules: list[Path] = []
    for module in (document.get("module") or {}).values():
        source = str(module["source"])
        if not source.startswith(("./", "../")):
            raise InputsUnknownError(f"module {source}: only Terraform knows its content")
        modules.append(working / source)
    data = {kind: blocks for kind, blocks in (document.get("data") or {}).items() if kind != "terraform_remote_state"}
    roots += _archived(document, working)
    # Backends name state files, which every apply changes; outputs of other states are inputs of their own.
    named = {key: value for key, value in without_comments(document).items() if key not in ("terraform", "data")}
    for text in _strings([named, data]):
        if _EXPRESSION.search(text):
            _require_pure(text, text)
        literals = _FILE_LITERAL.findall(text)
        if len(literals) != len(_FILE_FUNCTION.findall(text)):
            raise InputsUnknownError(f"{text}: only Terraform knows the file")
        for name in (text, *literals):
            plain = _PATH.sub(str(working), name)
            if 0 < len(plain) < 1024 and "\n" not in plain and "\0" not in plain and "${" not in plain:
                candidate = working / plain
                if _is_file(candidate):
                    found[name] = candidate
        for template in set(_TEMPLATE.findall(text)) & found.keys():
            _require_closed(found[template])
    for root in (*roots, *modules):
        found |= {str(file): file for file in root.rglob("*") if file.is_file()}
    for root in modules:
        for file in (one for pattern in _CONFIGURATION for one in root.rglob(pattern) if one.is_file()):
            _require_closed(file)
    return {_relative(name, file, working): file for name, file in found.items()}


def _archived(document: Mapping[str, Any], working: Path) -> Iterator[Path]:
    """Yield the folders whose content the provider `archive` packs."""
    for section in ("data", "resource"):
        for name, block in ((document.get(section) or {}).get("archive_file") or {}).items():
            if folder := block.get("source_dir"):
                plain = _PATH.sub(str(working), folder)
                if "${" in plain:
                    raise InputsUnknownError(f"archive_file.{name}: only Terraform knows its source_dir")
                yield working / plain


def _require_pure(text: str, shown: str) -> None:
    if called := _IMPURE_FUNCTION.search(text):
        raise InputsUnknownError(f"{shown}: only Terraform knows the value of {called[0]}")


def _require_closed(file: Path) -> None:
    """Require that a template or a file of a module does not read further files."""
    text = read_regular_text(file, errors="replace")
    _require_pure(text, str(file))
    if called := _FILE_FUNCTION.search(text):
        raise InputsUnknownError(f"{file}: only Terraform knows what it reads with {called[0]}")


def _is_file(candidate: Path) -> bool:
    """Whether a text of the configuration is the path of a file; policies and SQL are longer than a name may be."""
    try:
        return candidate.is_file()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False
        raise


def _relative(name: str, file: Path, working: Path) -> str:
    # Independent of the folder of the checkout.
    return str(file.relative_to(working)) if file.is_relative_to(working) else name


def _variables(document: Mapping[str, Any], environ: Mapping[str, str]) -> dict[str, str]:
    declared = document.get("variable") or {}
    return {
        name: environ[f"TF_VAR_{name}"]
        for name, block in declared.items()
        # Values of ephemeral variables are in no plan and in no state.
        if f"TF_VAR_{name}" in environ and not (isinstance(block, dict) and block.get("ephemeral"))
    }


def _flag(flag: str, working: Path) -> str:
    if flag.startswith("-var-file="):
        return f"-var-file={_digest(working / flag.removeprefix('-var-file='))}"
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


def _strings(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            pending.extend(item.values())
            pending.extend(key for key in item if _EXPRESSION.search(key))
        elif isinstance(item, list):
            pending.extend(item)


def _digest(file: Path) -> str:
    return hashlib.sha256(read_regular_bytes(file)).hexdigest()
