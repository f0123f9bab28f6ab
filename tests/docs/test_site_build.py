"""The documentation site builds without a warning and loads nothing from other hosts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from docs_code_blocks import ROOT


@pytest.mark.full
def test_the_site_builds_in_strict_mode(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", str(tmp_path / "site")],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    for page in ("index", "reference/environment", "reference/rules", "reference/cli", "reference/api/lakekit.storage"):
        assert (tmp_path / "site" / f"{page}.html").stat().st_size > 10_000, page
