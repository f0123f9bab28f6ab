"""Read what is to be judged, and refuse whatever is not exactly that.

Stock checkov exits 0 on a missing file, an empty directory, broken JSON and a binary plan. Each of these is
"could not evaluate" here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform.stack_metadata import StackMetadata

STACK_FILE: Final = "cdk.tf.json"
MANIFEST: Final = "manifest.json"
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class SynthesizedStack:
    """One synthesized stack."""

    name: str
    file: Path
    configuration: dict[str, Any]
    metadata: StackMetadata


@dataclass(frozen=True, slots=True)
class PlanFile:
    """One plan, as ``terraform show -json`` prints it."""

    document: dict[str, Any]
    sha256: str


def read_stacks(directory: Path) -> list[SynthesizedStack]:
    """Every stack of a synthesized directory: those of its manifest, and any other that lies there.

    A directory that itself holds a ``cdk.tf.json`` counts as one stack.

    Raises:
        GateError: nothing to evaluate, a stack of the manifest is absent, a file is unreadable or no JSON, or
            Terraform would read configuration from there that is not judged.
    """
    if not directory.is_dir():
        raise GateError("missing_input", f"{directory}: no such directory. Synthesize first.")
    if (directory / STACK_FILE).is_file():
        return [read_stack(directory / STACK_FILE)]
    manifest = directory / MANIFEST
    if not manifest.is_file() and any(directory.glob("*.tf")):
        raise GateError(
            "nothing_to_evaluate",
            f"{directory}: this is Terraform's own language, which is judged by its plan: `terraform plan -out=p && "
            "terraform show -json p > plan.json && lakekit gate plan plan.json`.",
        )
    if not manifest.is_file():
        raise GateError(
            "nothing_to_evaluate",
            f"{directory}: neither {MANIFEST} nor {STACK_FILE} there. Name the directory cdktf synthesized "
            "into (cdktf.out).",
        )
    files = _manifest_files(directory, read_json(manifest))
    for file in sorted(directory.glob(f"stacks/*/{STACK_FILE}")):
        files.setdefault(file.parent.name, file)
    for folder in sorted(path for path in directory.glob("stacks/*") if path.is_dir()):
        _no_other_configuration(folder)
    if not files:
        raise GateError("nothing_to_evaluate", f"{manifest}: names no stack; an empty synthesis is no clean one.")
    return [_stack(name, file) for name, file in sorted(files.items())]


def read_stack(file: Path) -> SynthesizedStack:
    """One stack by its ``cdk.tf.json``.

    Raises:
        GateError: as :func:`read_stacks`.
    """
    if not file.is_file():
        raise GateError("missing_stack", f"{file}: no such file. Synthesize first.")
    return _stack("", file)


def _manifest_files(directory: Path, manifest: Any) -> dict[str, Path]:
    stacks = manifest.get("stacks") if isinstance(manifest, dict) else None
    if not isinstance(stacks, dict):
        raise GateError("broken_manifest", f"{directory / MANIFEST}: holds no `stacks`. Synthesize again.")
    files = {}
    for name, entry in stacks.items():
        relative = entry.get("synthesizedStackPath") if isinstance(entry, dict) else None
        if not isinstance(relative, str):
            raise GateError("broken_manifest", f"{directory / MANIFEST}: stack {name} states no path.")
        file = directory / relative
        if not file.resolve().is_relative_to(directory.resolve()):
            raise GateError("broken_manifest", f"{directory / MANIFEST}: {name} lies outside: {relative}")
        if not file.is_file():
            raise GateError(
                "missing_stack", f"the manifest names stack {name}, but {file} is absent. Synthesize again."
            )
        files[name] = file
    return files


def _stack(name: str, file: Path) -> SynthesizedStack:
    if file.name != STACK_FILE:
        raise GateError("not_json", f"{file}: only {STACK_FILE} can be judged; switch HCL output off.")
    _no_other_configuration(file.parent)
    configuration = read_json(file)
    if not isinstance(configuration, dict):
        raise GateError("not_a_configuration", f"{file}: expected a JSON object")
    # Without a manifest the stack says its own name, as cdktf writes it.
    stated = name or _metadata(configuration).get("stackName") or file.resolve().parent.name
    return SynthesizedStack(str(stated), file, configuration, StackMetadata.of(configuration, str(file)))


def _metadata(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    comment = configuration.get("//")
    metadata = comment.get("metadata") if isinstance(comment, Mapping) else None
    return metadata if isinstance(metadata, Mapping) else {}


def _no_other_configuration(folder: Path) -> None:
    """Terraform merges every configuration file of a folder; one that is not judged could change the rest."""
    others = [
        path.name for pattern in ("*.tf", "*.tf.json") for path in folder.glob(pattern) if path.name != STACK_FILE
    ]
    if others:
        raise GateError(
            "unevaluated_configuration",
            f"{folder}: Terraform would also read {', '.join(sorted(others))}, which nothing has judged. "
            "Remove it, or put it into a construct.",
        )


def read_plan(file: Path) -> PlanFile:
    """A plan document.

    Raises:
        GateError: the file is missing, a binary plan, a state, no JSON, or of an unknown format version, or
            the plan itself failed.
    """
    raw = _bytes(file)
    document = parse_json(raw, file)
    if not isinstance(document, dict) or "planned_values" not in document:
        what = "a state" if isinstance(document, dict) and "values" in document else "no plan"
        raise GateError("not_a_plan", f"{file}: this is {what}. Give the output of `terraform show -json PLAN`.")
    if str(document.get("format_version", "")).partition(".")[0] != "1":
        raise GateError(
            "plan_format", f"{file}: plan format {document.get('format_version')!r}; version 1.x is understood."
        )
    if document.get("errored"):
        raise GateError("plan_errored", f"{file}: Terraform could not finish this plan; plan again.")
    return PlanFile(document, hashlib.sha256(raw).hexdigest())


def read_json(file: Path) -> Any:
    """A JSON file, strictly: no duplicate keys, no NaN, UTF-8."""
    return parse_json(_bytes(file), file)


def parse_json(raw: bytes, file: Path) -> Any:
    if raw.startswith(_ZIP):
        raise GateError(
            "binary_plan",
            f"{file}: this is Terraform's binary plan. Give the output of `terraform show -json {file.name}`.",
        )
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise GateError("broken_json", f"{file}: not UTF-8 text: {error.reason}") from error
    except json.JSONDecodeError as error:
        raise GateError("broken_json", f"{file}:{error.lineno}:{error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise GateError("broken_json", f"{file}: {error}") from error


def planned_addresses(document: Mapping[str, Any]) -> set[str]:
    """Addresses of everything that exists after the plan, counted without checkov."""

    def walk(module: Mapping[str, Any]) -> Iterator[str]:
        yield from (resource["address"] for resource in module.get("resources", []))
        for child in module.get("child_modules", []):
            yield from walk(child)

    return set(walk(document.get("planned_values", {}).get("root_module", {})))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise GateError("missing_input", f"{file}: no such file") from None
    except OSError as error:
        raise GateError("unreadable", f"{file}: cannot be read: {error.strerror}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Terraform merges blocks under one repeated name; Python keeps the last. Neither is worth guessing."""
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(n for n in names if names.count(n) > 1)!r} stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
