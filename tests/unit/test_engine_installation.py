"""Tests of the installation of engines: what is not complete or not pinned is never seen."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from lakekit_local.errors import LocalCloudError
from lakekit_local.runtimes import catalog, install, installed, java
from lakekit_local.runtimes.catalog import Runtime, runtimes
from nonempty import nonempty

MAVEN = """#!/bin/sh
for word in "$@"; do case "$word" in -DoutputDirectory=*) folder="${word#-DoutputDirectory=}";; esac; done
mkdir -p "$folder" && %s
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an engine of one jar, and a Maven that serves the text `jar`."""
    monkeypatch.setenv(installed.VARIABLE, str(tmp_path / "engines"))
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{os.environ['PATH']}")
    engine = Runtime("demo", "1", "tests", 17, (), 1, {"org.acme:demo:1": hashlib.sha256(b"jar").hexdigest()})
    for module in (install, installed):
        monkeypatch.setattr(module, "runtimes", lambda: {"demo": engine})
    write_maven(tmp_path, 'printf jar > "$folder/demo-1.jar"')
    return tmp_path


def write_maven(machine: Path, command: str) -> None:
    file = machine / "bin/mvn"
    file.parent.mkdir(exist_ok=True)
    file.write_text(MAVEN % command)
    file.chmod(0o755)


def left(machine: Path) -> list[str]:
    return sorted(one.name for one in (machine / "engines").iterdir() if one.name != "lock")


def test_an_engine_is_installed_once_and_removed(machine: Path) -> None:
    assert installed.installed("demo") is None
    done = install.install("demo")
    assert (done.folder / "jars/demo-1.jar").read_text() == "jar"
    write_maven(machine, "exit 1")
    assert install.install("demo") == done == installed.installed("demo")
    assert left(machine) == [done.folder.name]
    assert install.remove("demo") == [done.folder]
    assert left(machine) == []


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ('printf other > "$folder/demo-1.jar"', "org.acme:demo:1 has the SHA-256"),
        (
            'printf jar > "$folder/demo-1.jar"; printf x > "$folder/more-1.jar"',
            "not fetch exactly the jars .*more-1.jar",
        ),
        ("true", "not fetch exactly the jars of demo: demo-1.jar"),
        ("echo 'Could not transfer artifact'; exit 1", "Maven could not fetch(?s:.*)Could not transfer artifact"),
    ],
)
def test_what_is_not_pinned_is_not_installed(machine: Path, command: str, problem: str) -> None:
    write_maven(machine, command)
    with pytest.raises(LocalCloudError, match=problem) as caught:
        install.install("demo")
    assert caught.value.exit_code == 4
    assert caught.value.fix
    assert installed.installed("demo") is None
    assert left(machine) == []


def test_what_was_interrupted_is_not_installed(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(install, "_compile", interrupted)
    with pytest.raises(KeyboardInterrupt):
        install.install("demo")
    assert left(machine) == []


@pytest.mark.parametrize("tool", ["mvn", "java", "javac"])
def test_missing_tools_are_named(machine: Path, monkeypatch: pytest.MonkeyPatch, tool: str) -> None:
    found = java.find_tool
    monkeypatch.setattr(java, "find_tool", lambda name: None if name == tool else found(name))
    with pytest.raises(LocalCloudError, match=r"demo needs .*" + ("Maven" if tool == "mvn" else "Java|JDK")):
        install.install("demo")
    assert left(machine) == []


def test_an_old_java_is_named(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(java, "java_version", lambda _path: 11)
    assert "is version 11" in java.missing_to_run(17)[0]


def test_catalog() -> None:
    assert catalog.runtimes()["kafka"].source_files()
    for name, runtime in nonempty(runtimes().items()):
        assert runtime.key.startswith(f"{name}-{runtime.version}-")
        assert all(len(one) == 64 for one in nonempty(runtime.jars.values()))
        assert all(one.count(":") == 2 for one in nonempty(runtime.jars))
