"""Tests of `lakekit local engines`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lakekit_cli.commands.local_engines import engines as command
from lakekit_local.runtimes import installed


def output(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert (done.return_value or 0) == code, done.output
    return done.output


@pytest.mark.usefixtures("engines")
def test_engines_are_listed_and_installed() -> None:
    assert "kafka" in output("install", "kafka")
    assert "installed" in output()
    (kafka,) = [one for one in json.loads(output("--format", "json")) if one["name"] == "kafka"]
    assert kafka["installed"]
    assert kafka["missing"] == []


def test_an_engine_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(installed.VARIABLE, str(tmp_path))
    assert "lakekit local engines install kafka" in output()
    assert "was not installed" in output("remove", "kafka")


@pytest.mark.parametrize("verb", ["install", "remove"])
def test_unknown_engines_are_rejected(verb: str) -> None:
    done = CliRunner().invoke(command, [verb, "kafka", "kafkka"])
    assert done.exit_code == 2
    assert "'kafkka' is not one of" in done.output
