"""The committed type stubs are those of the installed bindings, for the submodules that Lakekit uses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import lakekit.bindings
from lakekit.bindings import aws, stubs
from nonempty import nonempty

ROOT = Path(__file__).resolve().parents[2]
BINDINGS = Path(lakekit.bindings.__file__).parent


def test_committed_stubs_match_the_installed_bindings() -> None:
    files = stubs.stub_files(stubs.used_submodules([ROOT / "constructs", ROOT / "stacks"]))
    assert len(files) > 100
    committed = {file.relative_to(BINDINGS).as_posix(): file.read_text() for file in BINDINGS.glob("*/*.pyi")}
    differing = sorted(name for name in files.keys() | committed.keys() if files.get(name) != committed.get(name))
    assert not differing, "run `python -m lakekit.bindings.stubs constructs stacks`"


def test_a_stub_has_arguments_structs_and_attributes() -> None:
    text = (BINDINGS / "aws/s3_bucket_notification.pyi").read_text()
    assert "class S3BucketNotification(cdktf.TerraformResource):" in text
    assert "bucket: str, eventbridge: bool | cdktf.IResolvable | None = ..." in text
    assert "class S3BucketNotificationQueue:" in text
    assert "    queue: cdktf.ComplexList\n" in text


@pytest.mark.parametrize("file", sorted((BINDINGS / "aws").glob("[a-z]*.pyi")), ids=lambda file: file.stem)
def test_every_declared_class_and_attribute_exists(file: Path) -> None:
    module = getattr(aws, file.stem)
    declared: Any = None
    attributes: list[tuple[Any, str]] = []
    for line in file.read_text().splitlines():
        if line.startswith("class "):
            declared = getattr(module, line.removeprefix("class ").split("(")[0].rstrip(":"))
        elif line.startswith("    ") and not line.startswith("    def "):
            attributes.append((declared, line.split(":")[0].strip()))
    assert [name for owner, name in nonempty(attributes) if not hasattr(owner, name)] == []
