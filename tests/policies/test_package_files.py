"""The hash of rules and gate is that of all files of the package; records and shared engines contain it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

import lakekit_policies
from lakekit_policies.gate import engine_address
from lakekit_policies.records.origin import rules_sha256
from lakekit_policies.shared import package_files as module
from nonempty import nonempty

PACKAGE = Path(lakekit_policies.__file__).parent


def test_every_file_is_hashed() -> None:
    total = hashlib.sha256()
    files = [file for file in PACKAGE.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    for file in sorted(nonempty(files), key=lambda file: file.relative_to(PACKAGE).as_posix()):
        total.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    assert rules_sha256() == total.hexdigest()


def test_another_file_is_another_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "package/shared"
    folder.mkdir(parents=True)
    monkeypatch.setattr(module, "__file__", str(folder / "package_files.py"))
    digests = set()
    for path, text in (("shared/a.py", "1"), ("shared/a.py", "2"), ("b.yaml", "2"), ("__pycache__/c.pyc", "")):
        (tmp_path / "package" / path).parent.mkdir(exist_ok=True)
        (tmp_path / "package" / path).write_text(text)
        monkeypatch.setattr(engine_address, "package_files", module.package_files.__wrapped__)
        digests.add(engine_address.code_digest.__wrapped__())
    assert len(digests) == 3
