"""Inputs of `lakekit deploy --changed` that must count: modules, archives, folders, pipes, variables."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from lakekit_cli.applied.errors import InputsUnknownError
from lakekit_cli.applied.inputs import inputs_hash

MODULE = {"module": {"m": {"source": "./m"}}}


@pytest.fixture
def working(tmp_path: Path) -> Path:
    (tmp_path / "m").mkdir()
    (tmp_path / "app").mkdir()
    (tmp_path / "app/f").write_text("one")
    return tmp_path


def hashed(working: Path, document: dict[str, Any], **variables: str) -> str:
    (working / "cdk.tf.json").write_text(json.dumps(document))
    return inputs_hash(working, variables)


@pytest.mark.parametrize(
    "text",
    [
        'data "terraform_remote_state" "r" {}',
        'data /* reads a program */ "external" "e" {}',
        'data # reads a program\n"external" "e" {}',
        '/* reads a program */ data "external" "e" {}',
        '\N{ZERO WIDTH NO-BREAK SPACE}data "external" "e" {}',
        'module /* another */ "c" {}',
    ],
)
def test_what_a_module_reads_is_unknown(working: Path, text: str) -> None:
    (working / "m/main.tf").write_text("locals { a = 1 }")
    assert hashed(working, MODULE)
    (working / "m/main.tf").write_text(text)
    with pytest.raises(InputsUnknownError):
        hashed(working, MODULE)


def test_states_that_a_module_in_json_reads_are_unknown(working: Path) -> None:
    (working / "m/main.tf.json").write_text(json.dumps({"data": {"terraform_remote_state": {"r": {}}}}))
    with pytest.raises(InputsUnknownError):
        hashed(working, MODULE)


def test_computed_folders_of_archives_are_unknown(working: Path) -> None:
    archive = {"z": {"type": "zip", "source_dir": "${terraform_data.p.output}"}}
    with pytest.raises(InputsUnknownError, match="source_dir"):
        hashed(working, {"resource": {"archive_file": archive}})


@pytest.mark.parametrize("arguments", [{"build": [{"context": "app"}]}, {"chart": "app"}, {"path": "./app"}])
def test_contents_of_folders_are_inputs(working: Path, arguments: dict[str, Any]) -> None:
    document = {"resource": {"docker_image": {"i": arguments}}}
    before = hashed(working, document)
    (working / "app/f").write_text("two")
    assert hashed(working, document) != before
    # A separator is no folder.
    assert hashed(working, {"resource": {"x": {"a": {"separator": ".", "parent": "..", "root": "/"}}}})


def test_permissions_of_archived_files_are_inputs(working: Path) -> None:
    archive = {"data": {"archive_file": {"z": {"type": "zip", "source_dir": "app"}}}}
    other = {"resource": {"docker_image": {"i": {"context": "app"}}}}
    (working / "app/f").chmod(0o644)
    before = (hashed(working, archive), hashed(working, other))
    (working / "app/f").chmod(0o600)
    assert hashed(working, archive) != before[0]
    assert hashed(working, other) == before[1], "checkouts with another umask differ"


@pytest.mark.parametrize("name", ["pipe", "/dev/stdin"])
def test_files_that_are_not_regular_are_unknown(working: Path, name: str) -> None:
    os.mkfifo(working / "pipe")
    with pytest.raises(InputsUnknownError, match="not a regular file"):
        hashed(working, {"resource": {"x": {"a": {"text": f'${{file("{name}")}}'}}}})


def test_variables_of_further_files_are_inputs(working: Path) -> None:
    assert hashed(working, {}, TF_VAR_v="1") == hashed(working, {}, TF_VAR_v="2")
    (working / "more.tf").write_text('variable "v" {}')
    assert hashed(working, {}, TF_VAR_v="1") != hashed(working, {}, TF_VAR_v="2")
