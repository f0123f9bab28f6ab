"""Run `refresh`, `taint` and `import` as plans: Terraform's own replacements of these commands.

https://developer.hashicorp.com/terraform/cli/commands/refresh, …/taint and https://developer.hashicorp.com/terraform/language/import
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from lakekit_policies.shared.counted import counted

from .arguments import ArgumentError, Command, Flag

IMPORT_FILE = "lakekit_import.tf.json"


def as_plan(command: Command) -> Command:
    """Return the `apply` that does what a `refresh`, `taint` or `import` does; others are returned unchanged.

    Raises:
        ArgumentError: The number of arguments is wrong.
    """
    if command.name == "refresh":
        _expect(command, 0, "no arguments")
        return _apply(command, Flag("refresh-only", None), Flag("auto-approve", None))
    if command.name == "taint":
        _expect(command, 1, "the address of a resource")
        return _apply(command, Flag("replace", command.operands[0]))
    if command.name == "import":
        _expect(command, 2, "the address of a resource and its ID")
        return replace(_apply(command), imported=(command.operands[0], command.operands[1]))
    return command


@contextmanager
def import_block(command: Command, working: Path) -> Iterator[None]:
    """Write the import block of a former `import` next to the stack while Terraform plans.

    A saved plan contains its configuration, so the file is removed before the evaluation, which rejects further files.
    """
    if command.imported is None:
        yield
        return
    address, identifier = command.imported
    file = working / IMPORT_FILE
    block = {"import": [{"to": address, "id": identifier}]}
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
        json.dump(block, stream)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def import_problem(command: Command, document: Mapping[str, Any]) -> str:
    """Return why a plan does not import what a former `import` names; empty if it does, and for other commands.

    Terraform ignores an import block for a resource that is in the state, and plans everything else.

    Args:
        command: Parsed command line.
        document: The plan as JSON.
    """
    if command.imported is None:
        return ""
    address, identifier = command.imported
    imported = (one["address"] for one in document.get("resource_changes", ()) if one["change"].get("importing"))
    if _without_blanks(address) in map(_without_blanks, imported):
        return ""
    return (
        f"Error: {address} is in the state already: {identifier} was not imported, and nothing was applied.\n"
        f"Where: {address}\n"
        f"Fix:   `lakekit-terraform state show '{address}'` shows its ID; to import another object, remove it from the "
        f"state first with `lakekit-terraform state rm '{address}'`"
    )


def _without_blanks(address: str) -> str:
    return "".join(address.split())


def _apply(command: Command, *flags: Flag) -> Command:
    return replace(command, name="apply", typed=command.name, flags=(*command.flags, *flags), operands=())


def _expect(command: Command, count: int, expected: str) -> None:
    if len(command.operands) != count:
        raise ArgumentError(f"{command.name}: expected {expected}, got {counted(len(command.operands), 'argument')}")
