"""Refused output leaves the disk, and nothing else does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gate_support import configuration, could_not_judge, open_group, warm_gate, write_out

from lakekit_policies import GateError, Verdict, refuse
from lakekit_policies.refusal import REFUSED, clear

BAD = configuration({"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}})


def test_stacks_and_manifest_go_and_the_reason_stays(tmp_path: Path) -> None:
    out = write_out(tmp_path / "cdktf.out", dev_storage=BAD, prod_storage=BAD)
    mine = out / "notes.txt"
    mine.write_text("mine")
    (out / "stacks/dev-storage/.terraform").mkdir()
    state = tmp_path / "terraform.dev-storage.tfstate"
    state.write_text("{}")
    verdict = warm_gate().judge_synth(out)
    note = refuse(out, verdict)
    assert sorted(path.name for path in out.iterdir()) == [REFUSED, "notes.txt"]
    assert state.read_text() == "{}"
    written = json.loads(note.read_text())
    assert written["refused"] == "findings"
    assert Verdict.from_dict(written["verdict"]) == verdict
    with could_not_judge("nothing_to_judge"):
        warm_gate().judge_synth(out)


def test_what_could_not_be_judged_is_refused_too(tmp_path: Path) -> None:
    out = write_out(tmp_path, dev_storage=BAD)
    written = json.loads(refuse(out, GateError("engine_died", "the rule engine ended")).read_text())
    assert written == {"refused": "could not judge", "code": "engine_died", "message": "the rule engine ended"}
    assert not (out / "stacks").exists()


def test_twice_and_on_nothing(tmp_path: Path) -> None:
    why = GateError("engine_died", "ended")
    refuse(tmp_path / "new", why)
    assert refuse(tmp_path / "new", why).is_file()
    clear(tmp_path / "new")
    clear(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_a_link_is_removed_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("x")
    out = tmp_path / "cdktf.out"
    out.mkdir()
    (out / "stacks").symlink_to(elsewhere)
    refuse(out, GateError("engine_died", "ended"))
    assert (elsewhere / "precious").exists()
    assert not (out / "stacks").is_symlink()


def test_what_cannot_be_removed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = write_out(tmp_path, dev_storage=BAD)
    manifest = out / "manifest.json"
    manifest.unlink()
    manifest.mkdir()  # a directory where a file is expected: unlink fails, whoever asks
    with could_not_judge("refused_output_remains", "by hand"):
        refuse(out, GateError("engine_died", "ended"))
