"""The wheel: packages and two commands, and nothing that hides PyPI's `constructs`."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_carries_the_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert tops == {
        "lakekit",
        "lakekit_policies",
        "lakekit_cli",
        "lakekit_local",
        f"lakekit-{wheel.name.split('-')[1]}.dist-info",
    }
    for needed in (
        "lakekit/py.typed",
        "lakekit/bindings/node_hook.cjs",
        "lakekit/bindings/node_lazy_packages.cjs",
        "lakekit/bindings/aws/s3_bucket.pyi",
        "lakekit/bindings/snowflake/database.pyi",
        "lakekit_policies/terraform/aws_schema.json",
        "lakekit_policies/rules/s3/bucket_requires_tls.py",
    ):
        assert needed in names
    assert not [name for name in names if "__pycache__" in name or "/tests/" in name]


def test_the_wheel_brings_library_pack_gate_and_command(wheel: Path, tmp_path: Path) -> None:
    """Installed where nothing of the checkout is; what it depends on is lent by the running environment."""
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    site = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.strip()
    # A path file inside a lent folder is not read, so the checkout itself stays out.
    (Path(site) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    command = tmp_path / "venv" / "bin" / "lakekit"
    listing = subprocess.run([command, "policies", "list"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert "LK_S3_1" in listing.stdout
    where = subprocess.run(
        [python, "-c", "import lakekit, constructs; print(lakekit.__file__, constructs.__file__)"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert where[0].startswith(site)
    assert not where[1].startswith(str(ROOT / "constructs"))
    assert (tmp_path / "venv" / "bin" / "lakekit-terraform").is_file()
