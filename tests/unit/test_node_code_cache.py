"""Code that V8 has compiled is kept between runs; a file that cannot be used changes nothing."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lakekit.bindings import hooks

APP = """
from lakekit.bindings import cdktf
stack = cdktf.TerraformStack(cdktf.Testing.app(), "s")
thing = cdktf.TerraformResource(stack, "Thing", terraform_resource_type="terraform_data")
cdktf.TerraformOutput(stack, "Name", value=cdktf.Fn.upper(thing.fqn))
print(cdktf.Testing.synth(stack))
"""


def run(folder: Path, **variables: str) -> str:
    kept = {name: value for name, value in os.environ.items() if name != "CI"}
    done = subprocess.run(
        [sys.executable, "-c", APP],
        env=kept | {"LAKEKIT_NODE_CACHE": str(folder)} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def only_file(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    json = run(tmp_path_factory.mktemp("unused"), **{hooks.DISABLED: "code_cache"})
    assert "terraform_data" in json
    return json


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "cache"
    run(folder)
    return folder


def test_the_json_stays_the_same_and_the_file_is_kept(filled: Path, expected: str) -> None:
    file = only_file(filled)
    before = file.stat()
    assert run(filled) == expected
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert before.st_size > 100_000
    assert stat.S_IMODE(before.st_mode) == 0o600


def damage(file: Path, kind: str) -> None:
    text = file.read_bytes()
    header = text.index(b"\n")
    match kind:
        case "entries":
            file.write_bytes(text[: header + 1] + bytes(255 - byte for byte in text[header + 1 :]))
        case "cut":
            file.write_bytes(text[: len(text) // 2])
        case "empty":
            file.write_bytes(b"")
        case "header":
            file.write_bytes(b'{"format":1,"entries":{"a":' + text)
        case "index":
            file.write_bytes(text.replace(b"[0,", b"[-9,", 1).replace(b'":[', b'":null,"x":[', 1))
        case "null":
            file.write_bytes(b"null\n" + text)
        case "format":
            file.write_bytes(text.replace(b'"format":1', b'"format":2', 1))


@pytest.mark.parametrize("kind", ["entries", "cut", "empty", "header", "index", "null", "format"])
def test_a_damaged_file_is_replaced(filled: Path, expected: str, tmp_path: Path, kind: str) -> None:
    file = tmp_path / only_file(filled).name
    file.write_bytes(only_file(filled).read_bytes())
    file.chmod(0o600)
    damage(file, kind)
    assert run(tmp_path) == expected
    before = only_file(tmp_path).stat()
    assert before.st_size > 100_000
    run(tmp_path)
    assert only_file(tmp_path).stat().st_mtime_ns == before.st_mtime_ns, "complete after one run"


def test_a_file_that_others_can_write_is_not_read(filled: Path, expected: str, tmp_path: Path) -> None:
    file = tmp_path / only_file(filled).name
    file.write_bytes(only_file(filled).read_bytes())
    file.chmod(0o666)
    assert run(tmp_path) == expected
    assert stat.S_IMODE(file.stat().st_mode) == 0o600, "written anew"


def test_a_folder_that_cannot_be_made_is_ignored(expected: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run(tmp_path / "file" / "cache") == expected


def test_a_file_that_cannot_be_replaced_is_left(filled: Path, expected: str, tmp_path: Path) -> None:
    (tmp_path / only_file(filled).name).mkdir()
    assert run(tmp_path) == expected
    assert only_file(tmp_path).is_dir(), "no temporary file remains"


def test_nothing_is_written_in_ci(expected: str, tmp_path: Path) -> None:
    assert run(tmp_path / "cache", CI="true") == expected
    assert not (tmp_path / "cache").exists()


def test_first_runs_at_the_same_time(expected: str, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda _: run(tmp_path), range(3))) == [expected] * 3
    assert only_file(tmp_path).stat().st_size > 100_000


def test_other_options_of_node_have_a_file_of_their_own(filled: Path, expected: str) -> None:
    file = only_file(filled)
    before = file.stat().st_mtime_ns
    assert run(filled, NODE_OPTIONS="--stack-trace-limit=20") == expected
    (other,) = (one for one in filled.iterdir() if one != file)
    other.unlink()
    assert file.stat().st_mtime_ns == before


def test_source_maps_switch_the_cache_off(expected: str, tmp_path: Path) -> None:
    assert run(tmp_path / "cache", NODE_OPTIONS="--enable-source-maps") == expected
    assert not (tmp_path / "cache").exists()
