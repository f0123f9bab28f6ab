"""Export of a rejected configuration for reports; Terraform cannot apply the exported file."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from lakekit_policies.shared.regular_file import read_regular_bytes
from lakekit_policies.terraform.synthesized_directory import MANIFEST, stack_files

VARIABLE: Final = "LAKEKIT_REJECTED_OUTPUT"
"""Environment variable: the file to which rejected stacks are written; unset, none is written.

One JSON file, because Terraform and cdktf cannot read it: a folder of stacks could be applied.
"""


def export(synthesized: Path) -> None:
    """Write manifest and stacks of a rejected folder to the file that ``LAKEKIT_REJECTED_OUTPUT`` names, if set."""
    target = os.environ.get(VARIABLE)
    if not target:
        return
    files = [synthesized / MANIFEST, *stack_files(synthesized)]
    texts = {file.relative_to(synthesized).as_posix(): file.read_text(encoding="utf-8") for file in files}
    Path(target).write_text(json.dumps(texts), encoding="utf-8")


def restore(file: Path, folder: Path) -> None:
    """Write the content of an exported file to a folder; the caller removes the folder."""
    for name, text in json.loads(read_regular_bytes(file)).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
