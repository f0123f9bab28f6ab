"""Rejected output is removed from the disk, and only that."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from gate_helpers import configuration, could_not_evaluate, open_group, warm_gate, write_out

from lakekit_policies import GateError, Verdict, quarantine_output
from lakekit_policies.gate.quarantine import REJECTED_FILE, clear_rejection

BAD = configuration({"aws_security_group": {"Open": open_group(cidr_blocks=["0.0.0.0/0"])}})


def test_stacks_and_manifest_are_removed_and_reason_is_kept(tmp_path: Path) -> None:
    out = write_out(tmp_path / "cdktf.out", dev_storage=BAD, prod_storage=BAD)
    mine = out / "notes.txt"
    mine.write_text("mine")
    (out / "stacks/dev-storage/.terraform").mkdir()
    state = tmp_path / "terraform.dev-storage.tfstate"
    state.write_text("{}")
    verdict = warm_gate().evaluate_synth(out)
    note = quarantine_output(out, verdict)
    assert sorted(path.name for path in out.iterdir()) == [REJECTED_FILE, "notes.txt"]
    assert state.read_text() == "{}"
    written = json.loads(note.read_text())
    assert written["rejected"] == "findings"
    assert Verdict.from_dict(written["verdict"]) == verdict
    with could_not_evaluate("nothing_to_evaluate"):
        warm_gate().evaluate_synth(out)


def test_unevaluable_output_is_removed(tmp_path: Path) -> None:
    out = write_out(tmp_path, dev_storage=BAD)
    written = json.loads(quarantine_output(out, GateError("engine_died", "the rule engine ended")).read_text())
    assert written == {"rejected": "could not evaluate", "code": "engine_died", "message": "the rule engine ended"}
    assert not (out / "stacks").exists()


def test_removal_is_idempotent(tmp_path: Path) -> None:
    why = GateError("engine_died", "ended")
    quarantine_output(tmp_path / "new", why)
    assert quarantine_output(tmp_path / "new", why).is_file()
    clear_rejection(tmp_path / "new")
    clear_rejection(tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []


def test_symbolic_link_is_removed_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "precious").write_text("x")
    out = tmp_path / "cdktf.out"
    out.mkdir()
    (out / "stacks").symlink_to(elsewhere)
    quarantine_output(out, GateError("engine_died", "ended"))
    assert (elsewhere / "precious").exists()
    assert not (out / "stacks").is_symlink()


def test_removal_failure_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = write_out(tmp_path, dev_storage=BAD)
    manifest = out / "manifest.json"
    manifest.unlink()
    manifest.mkdir()  # a directory where a file is expected: unlink fails for every user
    with could_not_evaluate("rejected_output_remains", "by hand"):
        quarantine_output(out, GateError("engine_died", "ended"))


def test_errored_state_and_files_of_users_are_kept(tmp_path: Path) -> None:
    out = write_out(tmp_path / "cdktf.out", dev_storage=BAD)
    (out / "stacks/dev-storage/errored.tfstate").write_text('{"version": 4, "serial": 7, "lineage": "a"}')
    (out / "stacks/dev-storage/terraform.tfstate").write_text("state")
    quarantine_output(out, GateError("engine_died", "ended"))
    (errored,) = (tmp_path / ".lakekit/errored-state/dev-storage").glob("*-7.tfstate")
    assert stat.S_IMODE(errored.stat().st_mode) == 0o600
    assert (tmp_path / ".lakekit/kept-files/dev-storage/terraform.tfstate").read_text() == "state"
    assert [path.name for path in out.iterdir()] == [REJECTED_FILE]


def test_removal_that_was_killed_is_completed_by_the_next_run(tmp_path: Path) -> None:
    out = write_out(tmp_path / "cdktf.out", dev_storage=BAD)
    (out / "stacks/dev-storage/errored.tfstate").write_text("{}")
    (out / ".rejected-x").mkdir()
    (out / "stacks").rename(out / ".rejected-x/stacks")
    quarantine_output(out, GateError("engine_died", "ended"))
    assert len(list((tmp_path / ".lakekit/errored-state/dev-storage").iterdir())) == 1
    assert [path.name for path in out.iterdir()] == [REJECTED_FILE]


def test_errored_state_that_cannot_be_moved_is_not_deleted(tmp_path: Path) -> None:
    out = write_out(tmp_path / "cdktf.out", dev_storage=BAD)
    (out / "stacks/dev-storage/errored.tfstate").write_text("state")
    (tmp_path / ".lakekit").write_text("a file")
    with could_not_evaluate("rejected_output_remains", "errored.tfstate"):
        quarantine_output(out, GateError("engine_died", "ended"))
    assert [file.read_text() for file in out.rglob("errored.tfstate")] == ["state"]
    assert list(out.rglob("cdk.tf.json")) == []
