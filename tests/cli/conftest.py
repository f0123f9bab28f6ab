"""Fixtures of the command tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with no stacks yet."""
    return Project(tmp_path / "project")
