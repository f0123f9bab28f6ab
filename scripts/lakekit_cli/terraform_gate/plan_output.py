"""Private folder for plans, and the output of `terraform plan` without its epilogue."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from lakekit_policies.shared.safe_text import clean_styled

from .process import write_all

PREFIX = "lakekit-plan-"
_EPILOGUE = b"Saved the plan to:"
_BEFORE_EPILOGUE = re.compile(r"(\x1b\[[0-9;]*m|─|\s)*")


@contextmanager
def private_directory(working: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    """Create a folder that only this user can read (plans hold secrets); remove it afterwards.

    Also removes the folders of killed runs.
    """
    data = working / environ.get("TF_DATA_DIR", ".terraform")
    parent = data if data.is_dir() and os.access(data, os.W_OK) else Path(tempfile.gettempdir())
    _sweep(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=parent)).resolve()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def print_plan(lines: Iterator[bytes], *, styled: bool) -> None:
    """Print the plan without Terraform's "Saved the plan to" epilogue, which names a temporary file.

    Args:
        lines: The output of Terraform.
        styled: Whether it has colours.
    """
    buffered = b""
    for line in lines:
        if line.startswith(_EPILOGUE):
            for _ in lines:
                pass
            return
        buffered += line
        # The epilogue starts with a ruler and a colour sequence on separate lines.
        if not _BEFORE_EPILOGUE.fullmatch(line.decode(errors="replace")):
            _show(buffered, styled)
            buffered = b""
    _show(buffered, styled)


def _show(data: bytes, styled: bool) -> None:
    """Print lines; values and messages in them are written by others."""
    write_all(sys.stdout.fileno(), clean_styled(data.decode(errors="surrogateescape"), styled=styled).encode())


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{PREFIX}*"):
        owner = folder.name.removeprefix(PREFIX).partition("-")[0]
        if owner.isdigit() and folder.stat().st_uid == os.getuid() and not _alive(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
