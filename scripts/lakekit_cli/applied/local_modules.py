"""Local modules and further configuration files of a stack: they may read nothing outside of their folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

from lakekit_cli.applied.calls import calls_of_code
from lakekit_cli.applied.errors import InputsUnknownError
from lakekit_cli.applied.local_files import files_of, named_files, require_closed, require_data_sources
from lakekit_cli.applied.pure_functions import TYPE_CONSTRUCTORS
from lakekit_policies.shared.regular_file import read_regular_text

_BLOCK = re.compile(r'(?:^\N{ZERO WIDTH NO-BREAK SPACE}?|[{};]|\*/)\s*(data|module)\b\s*"?([\w-]*)"?', re.MULTILINE)
_OUTSIDE = re.compile(
    r'"\.\.?/|/\.\.|path\s*\.\s*(?:cwd|root)\b|\b(?:source|src|filename)\w*\s*=\s*(?:"[/~]|"?\$\{(?:var|local|each)\.|'
    r"(?:var|local|each)\.)"
)


def local_module(source: str, working: Path) -> dict[str, Path]:
    """Return the files of a module.

    Args:
        source: Its `source`.
        working: Working directory of the stack.

    Raises:
        InputsUnknownError: It is not local, or reads more than its folder.
    """
    if not source.startswith(("./", "../")):
        raise InputsUnknownError(f"module {source}: only Terraform knows its content")
    folder = working / source
    files = list(files_of(folder))
    for file in files:
        require_closed_configuration(file)
    return {f"{source}:{file.relative_to(folder)}": file for file in files}


def require_closed_configuration(file: Path) -> None:
    """Require that a file of HCL or of Terraform JSON reads nothing outside of its folder; other files pass.

    Raises:
        InputsUnknownError: It does, or has values that only Terraform knows.
        OSError: It cannot be read.
        ValueError: It is not JSON.
    """
    if file.name.endswith(".tf.json"):
        document = json.loads(read_regular_text(file))
        require_data_sources(document)
        if "module" in document or named_files(document, file.parent):
            raise InputsUnknownError(f"{file}: it names further files")
    elif file.suffix == ".tf":
        text = read_regular_text(file)
        require_closed(file, [call for call in calls_of_code(text) if call.name not in TYPE_CONSTRUCTORS])
        for block, kind in _BLOCK.findall(text):
            # A file that a data source reads can be anywhere; a comment can stand before the type.
            if block == "module" or kind.startswith(("archive_", "local_")) or not kind:
                raise InputsUnknownError(f"{file}: only Terraform knows what {block} {kind} reads")
            require_data_sources({"data": {kind: {}}})
        if outside := _OUTSIDE.search(text):
            raise InputsUnknownError(f"{file}: only Terraform knows the path {outside[0]}")
