"""Files that users name: regular files only, never more than a limit, and one function that reads them."""

from __future__ import annotations

import ast
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from lakekit_policies.shared.regular_file import read_regular_bytes, read_regular_text

PROJECT: Final = Path(__file__).parents[2]
FOLDERS: Final = ("policies/lakekit_policies", "constructs/lakekit", "scripts/lakekit_cli", "scripts/lakekit_local")
# They read files of installed packages, of /proc, or those that the same function has just written or found regular.
OTHERS: Final = {
    "policies/lakekit_policies/coverage/catalog.py",
    "policies/lakekit_policies/engine/checks.py",
    "policies/lakekit_policies/engine/strict_imports.py",
    "policies/lakekit_policies/iam/access_levels.py",
    "policies/lakekit_policies/iam/generate_access_levels.py",
    "policies/lakekit_policies/pack/rule_sources.py",
    "policies/lakekit_policies/run_lock/processes.py",
    "policies/lakekit_policies/shared/package_files.py",
    "policies/lakekit_policies/snowflake_schema/schema.py",
    "policies/lakekit_policies/terraform/block_schema.py",
    "policies/lakekit_policies/terraform/schema.py",
    "constructs/lakekit/bindings/cache.py",
    "constructs/lakekit/bindings/stubs.py",
    "constructs/lakekit/core/rejected_output.py",
    "constructs/lakekit/storage/zip_archive.py",
    "scripts/lakekit_cli/smoke/dataset.py",
    "scripts/lakekit_cli/terraform_gate/sealed_plan.py",
    "scripts/lakekit_local/lifecycle/ports.py",
    "scripts/lakekit_local/lifecycle/process.py",
    "scripts/lakekit_local/runtimes/catalog.py",
    "scripts/lakekit_local/runtimes/install.py",
    "scripts/lakekit_local/runtimes/process.py",
}


@pytest.fixture(params=["fifo", "fifo behind a link", "device", "socket", "folder"])
def unusable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    file = tmp_path / "file"
    with socket.socket(socket.AF_UNIX) as listening:
        match request.param:
            case "fifo":
                os.mkfifo(file)
            case "fifo behind a link":
                os.mkfifo(tmp_path / "pipe")
                file.symlink_to("pipe")
            case "device":
                file.symlink_to("/dev/zero")
            case "socket":
                listening.bind(str(file))
            case _:
                file.mkdir()
        yield file


@pytest.mark.usefixtures("deadline")
def test_only_regular_files_are_read(unusable: Path) -> None:
    with pytest.raises(OSError, match=r"not a regular file|Is a directory"):
        read_regular_bytes(unusable, 1000)


def test_no_more_than_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"a" * 10)
    assert read_regular_bytes(file, 10) == b"a" * 10
    with pytest.raises(OSError, match="it has 10 bytes; at most 9 are read"):
        read_regular_bytes(file, 9)
    with file.open("r+b") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(OSError, match="at most 512,000,000 are read"):
        read_regular_bytes(file)


def test_text_is_that_of_a_text_file(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes("a\r\nb\rc\nä".encode())
    assert read_regular_text(file) == file.read_text(encoding="utf-8") == "a\nb\nc\nä"
    file.write_bytes(b"a\xff")
    assert read_regular_text(file, errors="replace") == "a\N{REPLACEMENT CHARACTER}"


def reads(file: Path) -> bool:
    """Whether a module calls `Path.read_text` or `Path.read_bytes`."""
    calls = (node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))
    return any(isinstance(call.func, ast.Attribute) and call.func.attr in ("read_text", "read_bytes") for call in calls)


def test_files_of_users_are_read_by_one_function() -> None:
    modules = [file for folder in FOLDERS for file in sorted((PROJECT / folder).rglob("*.py"))]
    found = {file.relative_to(PROJECT).as_posix() for file in modules if reads(file)}
    assert found == OTHERS
