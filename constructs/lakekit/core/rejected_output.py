"""What an app hands over of a refused configuration, for a report on it and never for Terraform."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from lakekit_policies.terraform.synthesized_directory import MANIFEST, stack_files

VARIABLE: Final = "LAKEKIT_REJECTED_OUTPUT"
"""Environment variable: the file that takes the texts of refused stacks. Without it none is kept.

One JSON file, because Terraform and cdktf can make nothing of it: a folder of stacks could be applied.
"""


def export(synthesized: Path) -> None:
    """Write manifest and stacks of a refused folder into the file that ``LAKEKIT_REJECTED_OUTPUT`` names, if any."""
    target = os.environ.get(VARIABLE)
    if not target:
        return
    files = [synthesized / MANIFEST, *stack_files(synthesized)]
    texts = {file.relative_to(synthesized).as_posix(): file.read_text(encoding="utf-8") for file in files}
    Path(target).write_text(json.dumps(texts), encoding="utf-8")


def restore(file: Path, folder: Path) -> None:
    """Put what :func:`export` wrote into a folder of the caller's, who has to remove it."""
    for name, text in json.loads(file.read_text(encoding="utf-8")).items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
