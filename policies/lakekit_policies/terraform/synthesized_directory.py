"""The stacks of a synthesized directory (``cdktf.out``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.terraform.other_configuration import STACK_FILE, reject_other_configuration
from lakekit_policies.terraform.strict_json import read_json
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

MANIFEST: Final = "manifest.json"


def stack_files(directory: Path) -> list[Path]:
    """Every ``cdk.tf.json`` below ``stacks``, in the order of their names."""
    return sorted(directory.glob(f"stacks/*/{STACK_FILE}"))


def read_stacks(directory: Path) -> list[SynthesizedStack]:
    """Every stack of a synthesized directory: those of its manifest, and any other in the same place.

    A directory that itself holds a ``cdk.tf.json`` counts as one stack.

    Raises:
        GateError: there is nothing to evaluate, a stack of the manifest is absent, a file is unreadable or not JSON,
            or Terraform would read configuration from there that is not evaluated.
    """
    if not directory.is_dir():
        raise GateError("missing_input", f"{directory}: no such directory. Synthesize first.")
    if (directory / STACK_FILE).is_file():
        return [SynthesizedStack.read(directory / STACK_FILE)]
    manifest = directory / MANIFEST
    if not manifest.is_file() and any(directory.glob("*.tf")):
        raise GateError(
            "nothing_to_evaluate",
            f"{directory}: HCL is evaluated by its plan: `terraform plan -out=p && terraform show -json p > plan.json "
            "&& lakekit gate plan plan.json`.",
        )
    if not manifest.is_file():
        raise GateError(
            "nothing_to_evaluate",
            f"{directory}: neither {MANIFEST} nor {STACK_FILE} there. Name the directory cdktf synthesized "
            "into (cdktf.out).",
        )
    files = _manifest_files(directory, read_json(manifest))
    for file in stack_files(directory):
        files.setdefault(file.parent.name, file)
    for folder in sorted(path for path in directory.glob("stacks/*") if path.is_dir()):
        reject_other_configuration(folder)
    if not files:
        raise GateError("nothing_to_evaluate", f"{manifest}: it lists no stack. Synthesize at least one stack.")
    return [SynthesizedStack.read(file, name) for name, file in sorted(files.items())]


def _manifest_files(directory: Path, manifest: Any) -> dict[str, Path]:
    stacks = manifest.get("stacks") if isinstance(manifest, dict) else None
    if not isinstance(stacks, dict):
        raise GateError("broken_manifest", f"{directory / MANIFEST}: `stacks` is missing. Synthesize again.")
    files = {}
    for name, entry in stacks.items():
        relative = entry.get("synthesizedStackPath") if isinstance(entry, dict) else None
        if not isinstance(relative, str):
            raise GateError("broken_manifest", f"{directory / MANIFEST}: stack {name} has no path. Synthesize again.")
        file = directory / relative
        if not file.resolve().is_relative_to(directory.resolve()):
            raise GateError("broken_manifest", f"{directory / MANIFEST}: {name} is outside the directory: {relative}")
        if not file.is_file():
            raise GateError(
                "missing_stack", f"the manifest names stack {name}, but {file} is absent. Synthesize again."
            )
        files[name] = file
    return files
