"""State files of the local backend that Terraform could not write completely, and errored states of the local cloud."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from cli_project import Project

from lakekit_cli.commands.evidence_inputs import read_recoveries
from lakekit_cli.run_output.closing import closing_lines
from lakekit_cli.run_output.progress import StackProgress, Status
from lakekit_cli.state import choose
from lakekit_cli.state.dumped import DumpedStates
from lakekit_cli.state.errored import keep_after_run
from lakekit_cli.state.errors import StateRecoveryError
from lakekit_cli.state.local_reset import discard_local_states
from lakekit_cli.state.local_state import damaged_state
from lakekit_cli.state.records import record, was_pushed_to_empty
from lakekit_cli.state.reserved_space import ReservedSpace
from lakekit_cli.toolchain import find_project
from lakekit_policies.output_folder.errored_state import ErroredState, pending

GATE = "lakekit-terraform"
STATE = {"version": 4, "terraform_version": "1.11.4", "serial": 3, "lineage": "a", "outputs": {}, "resources": []}


def state(serial: int = 3, lineage: str = "a", *names: str) -> dict[str, Any]:
    instances = [
        {"schema_version": 0, "attributes": {"id": "x", "input": None, "output": None}, "sensitive_attributes": []}
    ]
    provider = 'provider["terraform.io/builtin/terraform"]'
    shared = {"mode": "managed", "type": "terraform_data", "provider": provider, "instances": instances}
    return STATE | {"serial": serial, "lineage": lineage, "resources": [shared | {"name": name} for name in names]}


def errored(serial: int, lineage: str = "a", *names: str) -> ErroredState:
    return ErroredState("dev-one", Path("e.tfstate"), "", serial, lineage, state(serial, lineage, *names))


@pytest.mark.parametrize(
    ("content", "backup", "damaged"),
    [
        (None, "", False),
        (json.dumps(STATE), json.dumps(STATE), False),
        (json.dumps(STATE)[:40], "", True),
        (json.dumps(STATE)[:40], json.dumps(STATE), True),
        ("", json.dumps(STATE), True),
        ("", "", False),
    ],
)
def test_incomplete_state_file_is_found(tmp_path: Path, content: str | None, backup: str, damaged: bool) -> None:
    working = tmp_path / "dev-one"
    working.mkdir()
    config = {"terraform": {"backend": {"local": {"path": "../x.tfstate"}}}}
    (working / "cdk.tf.json").write_text(json.dumps(config))
    if content is not None:
        (tmp_path / "x.tfstate").write_text(content)
    if backup:
        (tmp_path / "x.tfstate.backup").write_text(backup)
    found = damaged_state(working, {})
    assert (found is not None) == damaged
    assert found is None or found.file == tmp_path / "x.tfstate"
    assert found is None or (found.backup is not None) == bool(backup)
    message = keep_after_run(working, {})
    assert ("is not complete" in message) == damaged


def test_state_file_of_the_selected_workspace_is_read(tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": {"local": {"path": "x.tfstate"}}}}))
    (tmp_path / "terraform.tfstate.d/blue").mkdir(parents=True)
    (tmp_path / "terraform.tfstate.d/blue/terraform.tfstate").write_text("{")
    assert damaged_state(tmp_path, {}) is None
    found = damaged_state(tmp_path, {"TF_WORKSPACE": "blue"})
    assert found is not None
    assert found.file.parent.name == "blue"


def test_state_of_another_backend_is_not_a_file(tmp_path: Path) -> None:
    (tmp_path / "cdk.tf.json").write_text(json.dumps({"terraform": {"backend": {"s3": {"path": "x.tfstate"}}}}))
    (tmp_path / "x.tfstate").write_text("{")
    assert damaged_state(tmp_path, {}) is None


@pytest.mark.parametrize("command", [["init"], ["plan"], ["apply", "-auto-approve"]], ids=" ".join)
def test_incomplete_state_blocks_the_stack(project: Project, folder: Path, command: list[str]) -> None:
    file = project.root / "dev-one.tfstate"
    file.write_text(json.dumps(state())[:50])
    done = project.run(GATE, *command, "-no-color", cwd=folder)
    assert done.returncode == 7, done.stderr
    assert f"{file}: the state file of dev-one is not complete" in done.stderr
    assert "lakekit-terraform import" in done.stderr
    recovered = project.run("lakekit", "state", "recover", "dev-one")
    assert recovered.returncode == 1
    assert f"Where: {file}" in recovered.stderr
    assert file.exists()


def test_errored_state_is_recovered_over_an_incomplete_file(project: Project, folder: Path) -> None:
    file, torn = project.root / "dev-one.tfstate", json.dumps(state())[:50]
    file.write_text(torn)
    file.with_name("dev-one.tfstate.backup").write_text(json.dumps(state(2)))
    (folder / "errored.tfstate").write_text(json.dumps(state(3, "a", "thing")))
    blocked = project.run(GATE, "init", cwd=folder)
    assert blocked.returncode == 7
    assert "lakekit state recover dev-one" in blocked.stderr
    assert str(file) in blocked.stderr
    done = project.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 0, done.stderr
    kept = project.root / ".lakekit/errored-state/dev-one/damaged/dev-one.tfstate"
    assert kept.read_text() == torn
    assert str(kept) in done.stderr
    assert project.state("dev-one") == ["terraform_data.thing"]
    assert project.run(GATE, "plan", "-no-color", cwd=folder).returncode == 0


@pytest.mark.parametrize(("serial", "lineage"), [(2, "b"), (9, "a")])
def test_backup_of_an_incomplete_file_is_compared(project: Project, folder: Path, serial: int, lineage: str) -> None:
    file = project.root / "dev-one.tfstate"
    file.write_text("{")
    file.with_name("dev-one.tfstate.backup").write_text(json.dumps(state(serial, lineage)))
    (folder / "errored.tfstate").write_text(json.dumps(state(3, "a", "thing")))
    done = project.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 1
    assert ("lineage" if lineage == "b" else "not newer") in done.stderr
    assert file.read_text() == "{"


@pytest.mark.parametrize(
    ("lost", "current", "problem"),
    [
        (errored(5, "a", "x"), state(5, "b", "x"), "lineage a differs from lineage b"),
        (errored(10**12, "a", "x"), state(5, "a", "x"), "too far from serial 5"),
        (errored(10**12, "a", "x"), state(5, "a"), "too far from serial 5"),
        (errored(10**12), {}, "too far from serial 0"),
        (errored(5, "a", "x"), state(5, "a"), "serial 5 is that of the backend, too"),
    ],
)
def test_lineage_and_serial_are_compared_even_if_the_content_is_equal(
    lost: ErroredState, current: dict[str, Any], problem: str
) -> None:
    with pytest.raises(StateRecoveryError, match=problem):
        choose.compare(lost, current)


def test_equal_content_counts_after_a_push_to_an_empty_backend(tmp_path: Path) -> None:
    (tmp_path / "e.tfstate").write_text("content")
    lost = ErroredState("dev-one", tmp_path / "e.tfstate", "", 5, "a", state(5, "a", "x"))
    assert not was_pushed_to_empty(tmp_path, lost)
    record(tmp_path, "recovering", lost, backend_serial=4)
    assert not was_pushed_to_empty(tmp_path, lost)
    record(tmp_path, "recovering", lost, backend_serial=None)
    assert was_pushed_to_empty(tmp_path, lost)
    assert choose.compare(lost, state(0, "new", "x"), pushed_to_empty=True)
    assert choose.compare(lost, state(6, "a", "x"))
    with pytest.raises(StateRecoveryError):
        choose.compare(lost, state(0, "new", "y"), pushed_to_empty=True)


@pytest.mark.parametrize("status", [Status.FAILED, Status.NOT_STARTED, Status.WAITING])
def test_closing_statement_names_the_recovery_of_blocked_stacks(status: Status) -> None:
    lines = closing_lines([StackProgress("dev-one", status=status)], "lakekit deploy dev", errored=["dev-one"])
    assert lines[1] == "dev-one: not applied; it has the errored state of an earlier run."
    assert lines[-3:] == ["Next:", "  lakekit state recover dev-one", "  lakekit deploy dev"]


def test_reset_discards_errored_states_of_local_stacks_only(project: Project) -> None:
    project.environment("local", "sandbox", local=True)
    project.environment("dev")
    for stack in ("local-one", "dev-one"):
        folder = project.stack(stack)
        folder.mkdir(parents=True)
        (folder / "errored.tfstate").write_text(json.dumps(state()))
    found = find_project(project.root, {k: v for k, v in os.environ.items() if not k.startswith("LAKEKIT")})
    (kept,) = discard_local_states(found)
    assert kept.parent == project.root / ".lakekit/errored-state/local-one/discarded"
    assert pending(found.data_dir, "local-one") == []
    assert len(pending(found.data_dir, "dev-one")) == 1
    assert "was reset" in (found.data_dir / "state-recoveries.jsonl").read_text()


def test_recoveries_of_an_environment_are_read_next_to_the_plan_records(tmp_path: Path) -> None:
    (tmp_path / "e.tfstate").write_text("content")
    for stack in ("dev-one", "prod-one"):
        record(tmp_path, "discarded", ErroredState(stack, tmp_path / "e.tfstate"), backend_serial=None, reason="r")
    with (tmp_path / "state-recoveries.jsonl").open("a") as stream:
        stream.write('{"torn')
    records, gaps = read_recoveries("dev", [tmp_path / "plans.jsonl"])
    assert [(one.stack, one.action, one.reason) for one in records] == [("dev-one", "discarded", "r")]
    assert gaps == ["state-recoveries.jsonl: line 3 is not a complete record"]


THING = {"type": "terraform_data", "name": "thing"}
PLANNED = {"resource_changes": [THING]}
PRINTED = json.dumps({"version": 4, "serial": 3, "lineage": "a", "resources": [THING | {"mode": "managed"}]}, indent=2)


@pytest.mark.parametrize("torn", [None, '{"version": 4, "se'])
def test_printed_state_is_kept(tmp_path: Path, torn: str | None) -> None:
    working = tmp_path / "cdktf.out/stacks/dev-one"
    working.mkdir(parents=True)
    with ReservedSpace(working, tmp_path / ".lakekit") as reserved:
        if torn:
            (working / "errored.tfstate").write_text(torn)
        states = DumpedStates(working, {"LAKEKIT_PROJECT_DIR": str(tmp_path)}, reserved, b"", PLANNED, str)
        assert states.keep(PRINTED)
    file = states.file
    assert file is not None
    assert pending(tmp_path / ".lakekit", "dev-one") == [file]
    assert ErroredState.read("dev-one", file).serial == 3
    assert file.stat().st_mode & 0o777 == 0o600
    assert not (working / "errored.tfstate").exists()
    kept = list(tmp_path.glob(".lakekit/errored-state/dev-one/damaged/*"))
    assert [file.read_text() for file in kept] == ([torn] if torn else [])
