"""Fixtures of tests with real engines: installed once for all projects of the user, a local cloud of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from free_ports import free_port
from lakekit_local import LocalCloud
from lakekit_local.runtimes.install import install
from lakekit_local.runtimes.installed import VARIABLE

PORT = "LAKEKIT_LOCAL_PORT"


@pytest.fixture(scope="session")
def engines() -> Iterator[None]:
    """The engines in the cache of the user, which the environment variable hides from other tests."""
    before = os.environ.pop(VARIABLE, None)
    install("kafka")
    yield
    if before is not None:
        os.environ[VARIABLE] = before


@pytest.fixture(scope="module")
def cloud(engines: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A running local cloud that finds the engines."""
    before = os.environ.get(PORT)
    os.environ[PORT] = str(free_port())
    made = LocalCloud(tmp_path_factory.mktemp("project"))
    made.ensure()
    yield made
    made.down()
    del os.environ[PORT]
    if before is not None:
        os.environ[PORT] = before


@pytest.fixture
def home(cloud: LocalCloud) -> Path:
    """The folder of the local cloud."""
    return cloud.home
