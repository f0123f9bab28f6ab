"""Fixtures of the command tests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cli_project import REPOSITORY, Project

from lakekit.environment import Environment, load
from lakekit_policies.gate.connections import ENGINE_PYTHON


@pytest.fixture
def project(tmp_path: Path, warm_engine: str) -> Project:
    """A project with no stacks yet."""
    made = Project(tmp_path / "project")
    made.environ[ENGINE_PYTHON] = warm_engine
    return made


@pytest.fixture
def dev(project: Project) -> Project:
    """A project with environment `dev` and two stacks."""
    project.environment("dev")
    project.stack("dev-one")
    project.stack("dev-two", needs=["dev-one"])
    return project


@pytest.fixture
def out(project: Project) -> Project:
    """A project with one synthesized stack with a local backend: its only finding is LK_TF_4."""
    project.environment("dev")
    project.stack("dev-one")
    (project.root / "policies/waivers.yaml").unlink()
    subprocess.run(["cp", "-R", f"{project.root}/prepared", f"{project.root}/cdktf.out"], check=True)
    return project


@pytest.fixture(scope="session")
def env() -> Environment:
    """The environment `dev` of the reference deployment."""
    return load("dev", REPOSITORY / "stacks/environments")


@pytest.fixture(scope="session")
def stacks(synthesized: Path) -> list[dict[str, Any]]:
    """The synthesized Snowflake stacks of `dev`."""
    files = sorted(synthesized.glob("stacks/dev-*snowflake/cdk.tf.json"))
    assert len(files) == 2
    return [json.loads(file.read_text()) for file in files]


@pytest.fixture
def folder(project: Project) -> Path:
    """An initialized stack."""
    return project.synthesized("dev-one")
