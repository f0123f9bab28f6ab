"""Tests of states that Terraform could not save: kept by every command, blocking, recovered, discarded."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from cli_project import REPOSITORY, Project, wait_until
from http_backend import Backend, running_backend

from lakekit_cli.state import choose, reserved_space
from lakekit_cli.state.choose import compare
from lakekit_cli.state.dumped import DumpedStates
from lakekit_cli.state.errored import keep_after_run
from lakekit_cli.state.errors import StateRecoveryError
from lakekit_cli.state.records import record
from lakekit_cli.state.reserved_space import ReservedSpace
from lakekit_policies.output_folder.errored_state import ErroredState, keep_errored_state

GATE = "lakekit-terraform"


OTHER = {"version": 4, "terraform_version": "1.11.4", "serial": 7, "lineage": "other", "outputs": {}, "resources": []}


def errored(project: Project, name: str = "dev-one") -> list[Path]:
    return sorted((project.root / ".lakekit/errored-state" / name).glob("*.tfstate"))


@pytest.fixture
def backend() -> Iterator[Backend]:
    with running_backend() as made:
        yield made


@pytest.fixture
def prepared(project: Project, backend: Backend) -> Path:
    """A project whose only stack has an HTTP backend; the folder of the stack."""
    project.environment("dev")
    folder = project.stack("dev-one")
    prepared = project.root / "prepared/stacks/dev-one/cdk.tf.json"
    document = json.loads(prepared.read_text())
    prepared.write_text(json.dumps(document | {"terraform": backend.configuration()}))
    shutil.copytree(project.root / "prepared", project.root / "cdktf.out")
    assert project.run(GATE, "init", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def failed(project: Project, prepared: Path, backend: Backend) -> Project:
    """A project whose only stack was applied, while its state could not be saved."""
    backend.failing = {"POST"}
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
    assert done.returncode == 1, done.stdout
    assert "lakekit state recover dev-one" in done.stderr
    backend.failing = set()
    return project


@pytest.mark.parametrize("environ", [{}, {"TF_LOG": "error"}])
@pytest.mark.parametrize("options", [["-no-color"], ["-json"]])
def test_state_that_terraform_can_only_print_is_kept(
    project: Project, prepared: Path, backend: Backend, options: list[str], environ: dict[str, str]
) -> None:
    run_during_apply(prepared, "rm -f errored.tfstate; mkdir errored.tfstate")  # Terraform cannot write its file
    backend.failing = {"POST"}
    done = project.run(GATE, "apply", "-auto-approve", *options, cwd=prepared, environ=environ)
    assert done.returncode == 1, done.stdout
    assert "lakekit state recover dev-one" in done.stderr
    assert '"lineage"' not in done.stdout + done.stderr
    shown = done.stdout if options == ["-json"] else done.stderr
    assert "(The state that Terraform printed is kept as errored state.)" in shown
    (file,) = errored(project)
    assert [r["name"] for r in json.loads(file.read_text())["resources"]] == ["thing"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    backend.failing = set()
    assert project.run(GATE, "plan", cwd=prepared).returncode == 7
    assert project.run("lakekit", "state", "recover", "dev-one").returncode == 0
    assert backend.resources == ["thing"]
    assert (prepared / "errored.tfstate").is_dir()


@pytest.mark.parametrize("text", ["Enter MFA: ", "{\\n", '{\\n  "version": 4,', "Terraform acquires a state lock\\n"])
def test_state_is_kept_whatever_a_program_prints_before_it(
    project: Project, prepared: Path, backend: Backend, text: str
) -> None:
    """Programs that read credentials for the backend write to the standard error of Terraform."""
    run_during_apply(prepared, "rm -f errored.tfstate; mkdir errored.tfstate")
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text(f'#!/bin/sh\n[ "$1" = apply ] && printf \'{text}\' >&2\nexec terraform "$@"\n')
    backend.failing = {"POST"}
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
    assert "(The state that Terraform printed is kept as errored state.)" in done.stderr
    assert "lakekit state recover dev-one" in done.stderr
    (file,) = errored(project)
    assert [one["name"] for one in json.loads(file.read_text())["resources"]] == ["thing"]


@pytest.mark.parametrize("kind", ["folder", "fifo", "link"])
def test_entry_that_is_not_a_file_blocks_the_stack(
    project: Project, prepared: Path, backend: Backend, kind: str
) -> None:
    entry = prepared / "errored.tfstate"
    match kind:
        case "folder":
            entry.mkdir()
        case "fifo":
            os.mkfifo(entry)
        case _:
            entry.symlink_to(project.root / "no-folder/file")
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
    assert done.returncode == 7, done.stderr
    assert "has an entry errored.tfstate that is not a file" in done.stderr
    assert backend.resources == []
    entry.rmdir() if kind == "folder" else entry.unlink()
    assert project.run(GATE, "apply", "-auto-approve", cwd=prepared).returncode == 0


def test_state_that_is_lost_is_not_called_unchanged(project: Project, prepared: Path, backend: Backend) -> None:
    # Terraform does not notice that it writes to no file.
    run_during_apply(prepared, f"ln -sf {project.root}/no-folder/file errored.tfstate")
    backend.failing = {"POST"}
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
    assert done.returncode == 1, done.stdout
    assert "dev-one: unknown, because Terraform could not save the state and left no errored.tfstate." in done.stderr
    assert "Resources can exist that the state does not contain." in done.stderr


@pytest.mark.parametrize("options", ["", "-json"])
def test_reader_that_ends_early_does_not_end_the_apply(
    project: Project, prepared: Path, backend: Backend, options: str
) -> None:
    run_during_apply(prepared, "sleep 2")
    done = project.run("bash", "-c", f"{GATE} apply -auto-approve {options} | head -c 1", cwd=prepared)
    assert done.returncode == 0
    wait_until(lambda: backend.resources == ["thing"])
    assert project.run(GATE, "plan", "-detailed-exitcode", cwd=prepared).returncode == 0


def test_state_that_a_program_prints_is_no_errored_state(project: Project, prepared: Path, backend: Backend) -> None:
    (project.root / "other.json").write_text(json.dumps(OTHER, indent=2) + "\n")
    run_during_apply(prepared, f"cat {project.root}/other.json; exit 1")
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
    assert done.returncode == 1
    assert "could not save the state" not in done.stderr
    assert '"lineage": "other"' in done.stdout + done.stderr
    assert errored(project) == []
    assert backend.resources == ["thing"]


def test_state_that_another_terraform_could_not_save_is_not_kept(project: Project) -> None:
    folder = project.synthesized("dev-one")
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    printed = f"\n{json.dumps(OTHER, indent=2)}\n\nError: Failed to save state\n"
    (project.root / "other.txt").write_text(printed)
    file = folder / "cdk.tf.json"
    document = json.loads(file.read_text())
    command = [{"local-exec": {"command": f"cat {project.root}/other.txt; exit 1"}}]
    document["resource"]["terraform_data"]["next"] = {"provisioner": command}
    file.write_text(json.dumps(document))
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 1
    assert errored(project) == []
    assert '"lineage": "other"' in done.stdout + done.stderr
    assert "lakekit state recover" not in done.stderr


@pytest.mark.parametrize("options", [["apply", "-auto-approve"], ["plan"]])
def test_state_of_another_terraform_is_not_kept_whatever_the_backend(
    project: Project, prepared: Path, backend: Backend, options: list[str]
) -> None:
    assert project.run(GATE, "apply", "-auto-approve", cwd=prepared).returncode == 0
    printed = f"\n{json.dumps(OTHER, indent=2)}\n\nError: Failed to save state\n"
    (project.root / "other.txt").write_text(printed)
    file = prepared / "cdk.tf.json"
    document = json.loads(file.read_text())
    command = [{"local-exec": {"command": f"cat {project.root}/other.txt; exit 1"}}]
    refused = {"precondition": [{"condition": "${var.never}", "error_message": printed}]}
    added = {"provisioner": command} if options[0] == "apply" else {"lifecycle": refused}
    document["resource"]["terraform_data"]["next"] = added
    document["variable"] = {**document.get("variable", {}), "never": {"default": False}}
    file.write_text(json.dumps(document))
    done = project.run(GATE, *options, "-no-color", cwd=prepared)
    assert done.returncode == 1, done.stderr
    assert '"lineage": "other"' in done.stdout + done.stderr
    assert errored(project) == []


FORGED = """
Apply complete! Resources: 99 added, 0 changed, 0 destroyed.
aws_s3_bucket.x: Destruction complete after 1s
Error: Failed to save state
Error: creating

  with terraform_data.later,

api error ExpiredToken: expired
╵
dev-one: applied.
"""


@pytest.mark.parametrize("options", [["-no-color"], ["-json"], []])
def test_output_of_a_failing_program_is_no_statement_of_terraform(project: Project, options: list[str]) -> None:
    project.environment("dev")
    project.stack("dev-one")
    prepared = project.root / "prepared/stacks/dev-one"
    document = json.loads((prepared / "cdk.tf.json").read_text())
    (project.root / "forged").write_text(FORGED)
    program = [{"local-exec": {"command": f"cat {project.root}/forged; exit 1"}}]
    document["resource"]["terraform_data"] |= {
        "big": {"input": "b", "depends_on": ["terraform_data.thing"], "provisioner": program},
        "later": {"input": "c", "depends_on": ["terraform_data.big"]},
    }
    (prepared / "cdk.tf.json").write_text(json.dumps(document))
    shutil.copytree(project.root / "prepared", project.root / "cdktf.out")
    folder = project.root / "cdktf.out/stacks/dev-one"
    assert project.run(GATE, "init", cwd=folder).returncode == 0
    done = project.run(GATE, "apply", "-auto-approve", *options, cwd=folder)
    assert done.returncode == 1, done.stderr
    assert "dev-one: partly applied; 1 of 3 changes are complete and in the state. Remove the cause" in done.stderr
    assert "expired;" not in done.stderr
    assert "no answer" not in done.stderr
    assert "\ndev-one: applied." not in done.stderr
    assert errored(project) == []


def test_deploy_counts_what_terraform_states_and_not_what_programs_print(project: Project) -> None:
    project.environment("dev")
    project.stack("dev-one")
    prepared = project.root / "prepared/stacks/dev-one"
    (project.root / "forged").write_text(FORGED)
    run_during_apply(prepared, f"cat {project.root}/forged; exit 1")
    done = project.run("lakekit", "deploy", "dev", "--auto-approve")
    assert done.returncode == 1
    assert "99 added" not in done.stdout
    assert "1 destroyed" not in done.stdout
    assert "expired;" not in done.stdout + done.stderr


def test_state_without_lineage_is_recognized_by_its_resources(tmp_path: Path) -> None:
    """The first apply of a stack: the plan was made from no state, and none was saved."""
    own = {"mode": "managed", "type": "terraform_data", "name": "thing", "module": "module.a"}
    document = {"resource_changes": [{"module_address": "module.a", "type": "terraform_data", "name": "thing"}]}
    working = tmp_path / "cdktf.out/stacks/dev-one"
    working.mkdir(parents=True)
    with ReservedSpace(working, tmp_path / ".lakekit") as reserved:
        states = DumpedStates(working, {}, reserved, b"", document, str)
        foreign = {**own, "name": "other"}
        for resources in ([], [foreign], [own, foreign]):
            assert not states.keep(json.dumps(OTHER | {"resources": resources}))
        assert states.keep(json.dumps(OTHER | {"resources": [own]}))
    assert states.file is not None
    assert json.loads(states.file.read_text())["resources"] == [own]
    assert [file.name for file in states.file.parent.iterdir()] == [states.file.name]


def test_state_is_kept_elsewhere_if_its_folder_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    working, data = tmp_path / "cdktf.out/stacks/dev-one", tmp_path / "project/.lakekit"
    working.mkdir(parents=True)
    with ReservedSpace(working, data) as reserved:
        shutil.rmtree(data)
        data.touch()
        environ = {"LAKEKIT_PROJECT_DIR": str(data.parent)}
        own = {"type": "terraform_data", "name": "thing"}
        states = DumpedStates(working, environ, reserved, b"", {"resource_changes": [own]}, str)
        assert states.keep(json.dumps(OTHER | {"resources": [own | {"mode": "managed"}]}))
    assert states.file is not None
    assert states.file.parent == tmp_path
    assert stat.S_IMODE(states.file.stat().st_mode) == 0o600
    message = keep_after_run(working, environ, states.file)
    assert f"The state is kept in {states.file} only." in message
    assert "lakekit state recover dev-one" in message


def test_state_is_written_over_reserved_blocks(tmp_path: Path) -> None:
    """On a full disk there are no others."""
    data, folder = tmp_path / ".lakekit", tmp_path / ".lakekit/errored-state/dev-one"
    (tmp_path / "dev-one").mkdir()
    with ReservedSpace(tmp_path / "dev-one", data) as reserved:
        (file,) = folder.glob(".reserved-*")
        before = file.stat()
        assert before.st_blocks * 512 >= 16 * 1024 * 1024
        kept = reserved.write("x" * 1000, folder / "state.tfstate")
        assert (kept.stat().st_ino, kept.read_text()) == (before.st_ino, "x" * 1000)
    assert [entry.name for entry in folder.iterdir()] == ["state.tfstate"]
    kept.unlink()
    with ReservedSpace(tmp_path / "dev-one", data):
        (folder / ".reserved-0").touch()
    with ReservedSpace(tmp_path / "dev-one", data):
        assert not (folder / ".reserved-0").exists()
    assert not folder.exists()


def test_state_in_reserved_space_is_an_errored_state(project: Project) -> None:
    """The run that wrote it was killed before it could rename the file, or could not rename it."""
    folder = project.synthesized("dev-one")
    data = project.root / ".lakekit"
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    state = json.loads((project.root / "dev-one.tfstate").read_text())
    text = json.dumps({**state, "serial": state["serial"] + 1})
    reserved = ReservedSpace(folder, data)
    reserved.__enter__()
    left = reserved.write(text, project.root / "no-folder/state.tfstate")
    assert left.name.startswith(".reserved-")
    reserved.__exit__(None, None, None)
    assert left.read_text() == text
    blocked = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    assert blocked.returncode == 7, blocked.stderr
    assert left.read_text() == text
    with ReservedSpace(folder, data):
        assert left.exists()
    assert left.name in project.run("lakekit", "state", "list").stdout.replace("\n", "")
    recovered = project.run("lakekit", "state", "recover", "dev-one")
    assert recovered.returncode == 0, recovered.stderr
    assert not left.exists()


def test_state_that_was_not_cut_to_its_length_is_complete(project: Project) -> None:
    """The run was killed after it had written the state over the reserved zeros."""
    folder = project.synthesized("dev-one")
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    state = json.loads((project.root / "dev-one.tfstate").read_text())
    (folder / "errored.tfstate").touch()
    left = project.root / ".lakekit/errored-state/dev-one/.reserved-1-a-from-1.tmp"
    left.parent.mkdir(parents=True)
    left.write_bytes(json.dumps({**state, "serial": state["serial"] + 1}).encode() + bytes(4096))
    assert project.run(GATE, "plan", cwd=folder).returncode == 7
    recovered = project.run("lakekit", "state", "recover", "dev-one")
    assert recovered.returncode == 0, recovered.stderr
    assert project.run(GATE, "plan", cwd=folder).returncode == 0


def test_empty_file_beside_a_kept_state_is_no_state(tmp_path: Path) -> None:
    """The run was killed after it had kept the state that Terraform printed, because this file cannot be written."""
    working = tmp_path / "cdktf.out/stacks/dev-one"
    working.mkdir(parents=True)
    kept = tmp_path / ".lakekit/errored-state/dev-one/a-1.tfstate"
    kept.parent.mkdir(parents=True)
    kept.write_text("{}")
    empty = working / "errored.tfstate"
    empty.touch()
    assert keep_errored_state(working, tmp_path / ".lakekit") is None
    assert not empty.exists()
    kept.unlink()
    empty.touch()
    assert keep_errored_state(working, tmp_path / ".lakekit") is not None


def test_file_that_terraform_cannot_create_is_there(tmp_path: Path) -> None:
    """Without inodes, Terraform reports a file that it has not written, and prints nothing."""
    working = tmp_path / "dev-one"
    working.mkdir()
    with ReservedSpace(working, tmp_path / ".lakekit") as reserved:
        assert (working / "errored.tfstate").stat().st_size == 0
        reserved.remove_empty_file()
        assert not (working / "errored.tfstate").exists()
    with ReservedSpace(working, tmp_path / ".lakekit"):
        (working / "errored.tfstate").write_text("{}")
    assert (working / "errored.tfstate").read_text() == "{}"


def test_interrupted_reservation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_descriptor: int, _size: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(reserved_space, "_allocate", interrupted)
    with pytest.raises(KeyboardInterrupt), ReservedSpace(tmp_path / "dev-one", tmp_path / ".lakekit"):
        pass
    assert list((tmp_path / ".lakekit/errored-state").iterdir()) == []


def test_state_of_another_initialized_backend_is_kept(project: Project) -> None:
    """The backend that Terraform uses is not the one of the stack: its state has a lineage of its own."""
    folder = project.synthesized("dev-one")
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    real = project.root / "real/state.tfstate"
    real.parent.mkdir()
    initialized = project.run(GATE, "init", "-reconfigure", f"-backend-config=path={real}", cwd=folder)
    assert initialized.returncode == 0, initialized.stderr
    # Terraform cannot write a file of more than a kilobyte.
    limited = f"(trap '' XFSZ; ulimit -f 2; terraform \"$@\"; echo $? > {project.root}/code)"
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text(
        f'#!/bin/sh\n[ "$1" = apply ] || exec terraform "$@"\n( {limited} 2>&1 1>&3 | cat 1>&2 ) 3>&1\n'
        f"exit $(cat {project.root}/code)\n"
    )
    file = folder / "cdk.tf.json"
    document = json.loads(file.read_text())
    document["resource"]["terraform_data"]["thing"]["input"] = "x" * 2000
    file.write_text(json.dumps(document))
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 1
    assert "nothing was changed" not in done.stderr
    (kept,) = errored(project)
    assert [one["name"] for one in json.loads(kept.read_text())["resources"]] == ["thing"]


def test_nothing_is_applied_without_space_for_the_state(project: Project, prepared: Path, backend: Backend) -> None:
    done = project.run("bash", "-c", f"ulimit -f 4000; {GATE} apply -auto-approve -no-color", cwd=prepared)
    assert done.returncode == 4, done.stderr
    assert "16 MiB cannot be reserved for a state" in done.stderr
    assert "Nothing was applied" in done.stderr
    assert backend.resources == []
    assert errored(project) == []
    deployed = project.run("bash", "-c", "ulimit -f 4000; lakekit deploy dev --auto-approve")
    assert deployed.returncode == 4, deployed.stderr
    assert "dev-one: not applied" in deployed.stderr


def test_lock_of_a_program_is_no_lock_of_the_stack(project: Project, prepared: Path, backend: Backend) -> None:
    lock = "Error: Error acquiring the state lock\n\nLock Info:\n  ID:        77\n  Who:       a@b\n\n"
    (project.root / "lock.txt").write_text(f"{lock}Terraform acquires a state lock, but this is not recommended.\n")
    run_during_apply(prepared, f"cat {project.root}/lock.txt; exit 1")
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
    assert done.returncode == 1
    assert "nothing was changed" not in done.stderr
    assert "force-unlock 77" not in done.stderr
    assert backend.resources == ["thing"]


def test_folder_that_is_removed_during_an_apply(project: Project, prepared: Path, backend: Backend) -> None:
    run_during_apply(prepared, f"rm -r {project.root}/cdktf.out")
    backend.failing = {"POST"}
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
    assert done.returncode == 1, done.stderr
    assert "dev-one: unknown, because Terraform could not save the state" in done.stderr


def run_during_apply(folder: Path, command: str) -> None:
    """Make the resource of a stack run a command when it is created."""
    file = folder / "cdk.tf.json"
    document = json.loads(file.read_text())
    document["resource"]["terraform_data"]["thing"]["provisioner"] = [{"local-exec": {"command": command}}]
    file.write_text(json.dumps(document))


def test_link_is_kept_as_a_copy(tmp_path: Path) -> None:
    target = tmp_path / "other"
    target.write_text("content")
    target.chmod(0o644)
    working = tmp_path / "cdktf.out/stacks/dev-one"
    working.mkdir(parents=True)
    (working / "errored.tfstate").symlink_to(target)
    kept = keep_errored_state(working, tmp_path / ".lakekit")
    assert kept is not None
    assert not kept.is_symlink()
    assert (kept.read_text(), stat.S_IMODE(kept.stat().st_mode)) == ("content", 0o600)
    assert (target.read_text(), stat.S_IMODE(target.stat().st_mode)) == ("content", 0o644)
    assert not os.path.lexists(working / "errored.tfstate")


def test_state_that_cannot_be_saved_is_kept_privately(failed: Project) -> None:
    (file,) = errored(failed)
    assert not (failed.root / "cdktf.out/stacks/dev-one/errored.tfstate").exists()
    assert [r["name"] for r in json.loads(file.read_text())["resources"]] == ["thing"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in list(file.parents)[:2]} == {0o700}


@pytest.mark.parametrize("arguments", [["plan"], ["apply", "-auto-approve"], ["destroy", "-auto-approve"], ["refresh"]])
def test_stack_with_errored_state_is_blocked(failed: Project, backend: Backend, arguments: list[str]) -> None:
    done = failed.run(GATE, *arguments, "-no-color", cwd=failed.root / "cdktf.out/stacks/dev-one")
    assert done.returncode == 7
    assert "lakekit state recover dev-one" in done.stderr
    assert backend.resources == []
    assert len(errored(failed)) == 1


def test_deploy_of_a_blocked_stack_ends_with_its_code(failed: Project, backend: Backend) -> None:
    done = failed.run("lakekit", "deploy", "dev", "--auto-approve")
    assert done.returncode == 7, done.stderr
    assert "Next:\n  lakekit state recover dev-one\n  lakekit deploy dev" in done.stderr
    assert backend.resources == []


def test_recovered_state_can_be_deployed_again(failed: Project, backend: Backend) -> None:
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 0, done.stderr
    assert backend.resources == ["thing"]
    assert errored(failed) == []
    entries = [json.loads(line) for line in (failed.root / ".lakekit/state-recoveries.jsonl").read_text().splitlines()]
    assert [entry["action"] for entry in entries] == ["recovering", "recovered"]
    assert entries[1]["stack"] == "dev-one"
    plan = failed.run(GATE, "plan", "-detailed-exitcode", cwd=failed.root / "cdktf.out/stacks/dev-one")
    assert plan.returncode == 0, plan.stdout
    again = failed.run("lakekit", "state", "recover", "dev-one")
    assert again.returncode == 0
    assert "no errored state" in again.stdout


def test_state_is_pushed_to_the_workspace_that_it_belongs_to(project: Project) -> None:
    project.environment("dev")
    folder = project.stack("dev-one")
    shutil.copytree(project.root / "prepared", project.root / "cdktf.out")
    for arguments in (["init"], ["apply", "-auto-approve"]):
        assert project.run("terraform", *arguments, cwd=folder).returncode == 0
    pulled = json.loads(project.run("terraform", "state", "pull", cwd=folder).stdout)
    newer = pulled | {"serial": pulled["serial"] + 4, "outputs": {"new": {"value": "x", "type": "string"}}}
    (folder / "errored.tfstate").write_text(json.dumps(newer))
    assert project.run("lakekit", "state", "list").returncode == 0
    assert project.run("terraform", "workspace", "new", "other", cwd=folder).returncode == 0
    done = project.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 0, done.stderr
    assert project.run("terraform", "state", "pull", cwd=folder).stdout.strip() == ""
    default = project.run("terraform", "state", "pull", cwd=folder, environ={"TF_WORKSPACE": "default"})
    assert json.loads(default.stdout)["outputs"] == newer["outputs"]


def test_state_without_lineage_is_pushed_to_an_empty_backend(
    project: Project, prepared: Path, backend: Backend
) -> None:
    """A remote backend that could not be reached since the first apply started has assigned no lineage."""
    marker = project.root / "started"
    run_during_apply(prepared, f"touch {marker}; sleep 2")
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(project.run, GATE, "apply", "-auto-approve", "-no-color", cwd=prepared)
        wait_until(marker.exists)
        backend.failing = {"GET", "POST"}
        done = running.result()
    assert done.returncode == 1, done.stderr
    assert "run: lakekit state recover dev-one" in done.stderr
    (file,) = errored(project)
    assert json.loads(file.read_text())["lineage"] == ""
    backend.failing = set()
    backend.state = json.dumps({**OTHER, "resources": []}).encode()
    refused = project.run("lakekit", "state", "recover", "dev-one")
    assert refused.returncode == 1
    assert "that of a first apply, but the backend has a state" in refused.stderr
    backend.state = b""
    recovered = project.run("lakekit", "state", "recover", "dev-one")
    assert recovered.returncode == 0, recovered.stderr
    assert backend.resources == ["thing"]
    assert project.run(GATE, "plan", "-no-color", cwd=prepared).returncode == 0


def test_state_whose_serial_was_not_incremented_is_recovered(project: Project) -> None:
    """Terraform fails before it increments the serial if it cannot write the backup of a local state."""
    project.environment("dev")
    folder = project.stack("dev-one")
    shutil.copytree(project.root / "prepared", project.root / "cdktf.out")
    assert project.run(GATE, "init", cwd=folder).returncode == 0
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    document = json.loads((folder / "cdk.tf.json").read_text())
    document["resource"]["terraform_data"]["second"] = {"input": "b"}
    (folder / "cdk.tf.json").write_text(json.dumps(document))
    backup = project.root / "dev-one.tfstate.backup"
    backup.mkdir()
    done = project.run(GATE, "apply", "-auto-approve", "-no-color", cwd=folder)
    assert done.returncode == 1, done.stdout
    (file,) = errored(project)
    assert json.loads(file.read_text())["serial"] == 1
    assert file.stem.endswith("-1-from-1")
    backup.rmdir()
    recovered = project.run("lakekit", "state", "recover", "dev-one")
    assert recovered.returncode == 0, recovered.stderr
    assert sorted(project.state("dev-one")) == ["terraform_data.second", "terraform_data.thing"]
    assert "No changes" in project.run(GATE, "plan", "-no-color", cwd=folder).stdout


@pytest.mark.parametrize(
    ("name", "serial", "message"),
    [
        ("a-3-from-3.tfstate", 3, ""),
        ("a-3-from-3@other.tfstate", 3, ""),
        ("a-3-from-2.tfstate", 3, "it is not known whether"),
        ("a-3.tfstate", 3, "it is not known whether"),
        ("a-3-from-3.tfstate", 4, "serial 3 is not newer than serial 4 of the backend"),
    ],
)
def test_backend_that_still_has_the_prior_state(tmp_path: Path, name: str, serial: int, message: str) -> None:
    (file,) = written(tmp_path, state_of(3, "a", name=name))
    state = ErroredState.read("dev-one", file)
    current = {"version": 4, "serial": serial, "lineage": "a", "resources": []}
    if not message:
        assert not compare(state, current)
        return
    with pytest.raises(StateRecoveryError, match=message):
        compare(state, current)


def test_kept_file_names_the_workspace(tmp_path: Path) -> None:
    working = tmp_path / "dev-one"
    (working / ".terraform").mkdir(parents=True)
    (working / ".terraform/environment").write_text("blue")
    (working / "errored.tfstate").write_text(json.dumps({"version": 4, "serial": 3, "lineage": "x"}))
    kept = keep_errored_state(working, tmp_path / ".lakekit")
    assert kept is not None
    assert ErroredState.read("dev-one", kept).workspace == "blue"


def test_interrupted_recovery_continues(failed: Project, backend: Backend) -> None:
    (file,) = errored(failed)
    lost = ErroredState.read("dev-one", file)
    record(failed.root / ".lakekit", "recovering", lost, backend_serial=None)
    assert subprocess.run(
        ["terraform", "state", "push", file], cwd=failed.root / "cdktf.out/stacks/dev-one", check=False
    ).returncode == 0  # fmt: skip
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 0, done.stderr
    assert errored(failed) == []
    assert backend.resources == ["thing"]


def test_list_and_show_name_resources_without_values(failed: Project) -> None:
    listed = json.loads(failed.run("lakekit", "state", "list", "--format", "json").stdout)
    assert [(one["stack"], one["resources"]) for one in listed] == [("dev-one", ["terraform_data.thing"])]
    shown = failed.run("lakekit", "state", "show", "dev-one").stdout
    assert "terraform_data.thing" in shown
    (file,) = errored(failed)
    identity = json.loads(file.read_text())["resources"][0]["instances"][0]["attributes"]["id"]
    assert identity not in shown + json.dumps(listed)


def test_newer_state_of_the_backend_is_not_overwritten(failed: Project, backend: Backend) -> None:
    (file,) = errored(failed)
    newer = json.dumps(json.loads(file.read_text()) | {"serial": 99, "resources": []}).encode()
    backend.state = newer
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 1
    assert "not newer than serial 99" in done.stderr
    assert backend.state == newer
    assert errored(failed) == [file]


def test_state_of_another_lineage_is_not_pushed(failed: Project, backend: Backend) -> None:
    (file,) = errored(failed)
    other = json.dumps(json.loads(file.read_text()) | {"lineage": "another", "serial": 0, "resources": []})
    backend.state = other.encode()
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 1
    assert "lineage" in done.stderr
    assert backend.state == other.encode()
    assert errored(failed) == [file]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        '{"version": 4}',
        '{"version": 3, "serial": 1, "lineage": "x"}',
        '{"version": 4, "serial": 1, "lineage": "x", "resources": [1]}',
        '{"version": 4, "serial": 1, "lineage": "x", "resources": [{"instances": [{"attributes": "x"}]}]}',
    ],
)
def test_damaged_file_is_reported_and_can_be_discarded(failed: Project, content: str) -> None:
    (file,) = errored(failed)
    file.write_text(content)
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 1
    assert "lakekit state discard dev-one" in done.stderr
    assert failed.run("lakekit", "state", "list").returncode == 0
    assert failed.run("lakekit", "state", "discard", "dev-one", file.name, "--reason", "no").returncode == 2
    reason = "imported the resources again by hand"
    assert failed.run("lakekit", "state", "discard", "dev-one", file.name, "--reason", reason).returncode == 0
    assert errored(failed) == []
    assert (file.parent / "discarded" / file.name).read_text() == content
    assert reason in (failed.root / ".lakekit/state-recoveries.jsonl").read_text()


@pytest.mark.parametrize("failing", ["GET", "POST"])
def test_unreachable_backend_leaves_the_file(failed: Project, backend: Backend, failing: str) -> None:
    backend.failing = {failing}
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 1
    assert "run the command again" in done.stderr
    assert len(errored(failed)) == 1
    backend.failing = set()
    assert failed.run("lakekit", "state", "recover", "dev-one").returncode == 0
    assert backend.resources == ["thing"]


def test_locked_state_is_not_recovered_and_names_no_way_around(failed: Project, backend: Backend) -> None:
    backend.holder = "3f1c\x1b[2J"
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 7, done.stderr
    assert "Another run holds the state lock of dev-one" in done.stderr
    assert "lakekit-terraform force-unlock" in done.stderr
    assert "-lock=false" not in done.stderr
    assert "\x1b[2J" not in done.stderr
    assert len(errored(failed)) == 1


def test_one_recovery_of_a_stack_runs_at_a_time(failed: Project, backend: Backend) -> None:
    started, go = failed.root / "started", failed.root / "go"
    shim = Path(failed.environ["LAKEKIT_TERRAFORM"])
    wait = f"until test -e {go}; do sleep 0.1; done"
    shim.write_text(f'#!/bin/sh\n[ "$2" = push ] && {{ touch {started}; {wait}; }}\nexec terraform "$@"\n')
    first = failed.start("lakekit", "state", "recover", "dev-one")
    wait_until(started.exists)
    (file,) = errored(failed)
    discard = ["discard", "dev-one", file.name, "--reason", "it must not be pushed"]
    for command in (["recover", "dev-one"], discard):
        second = failed.run("lakekit", "state", *command)
        assert second.returncode == 7
        assert "lakekit state recover dev-one" in second.stderr
    go.touch()
    assert first.wait(timeout=60) == 0
    assert backend.resources == ["thing"]


@pytest.mark.parametrize("name", ["/etc", "dev-one/../dev-one", "x" * 5000, " "])
@pytest.mark.parametrize("command", ["recover", "show", "list"])
def test_names_that_no_stack_can_have_are_rejected(project: Project, command: str, name: str) -> None:
    done = project.run("lakekit", "state", command, name)
    assert done.returncode == 2, done.stderr
    assert "is not the name of a stack" in done.stderr
    assert len(done.stderr) < 1000


def test_stack_that_is_not_synthesized_has_a_fix(failed: Project) -> None:
    shutil.rmtree(failed.root / "cdktf.out")
    done = failed.run("lakekit", "state", "recover", "dev-one")
    assert done.returncode == 1
    assert "lakekit synth dev" in done.stderr


def test_make_clean_keeps_errored_state_and_other_files(project: Project) -> None:
    folder = project.synthesized("dev-one")
    (folder / "errored.tfstate").write_text("{}")
    (folder / "terraform.tfstate.backup").write_text("kept")
    shutil.copy(REPOSITORY / "Makefile", project.root)
    (project.root / ".venv/bin").mkdir(parents=True)
    (project.root / ".venv/bin/python").symlink_to(shutil.which("python", path=project.environ["PATH"]) or "")
    environ = {"PYTHONPATH": os.pathsep.join(str(REPOSITORY / name) for name in ("policies", "constructs", "scripts"))}
    done = project.run("make", "clean", environ=environ)
    assert done.returncode == 0, done.stderr
    assert not (project.root / "cdktf.out").exists()
    assert len(errored(project)) == 1
    assert (project.root / ".lakekit/kept-files/dev-one/terraform.tfstate.backup").read_text() == "kept"


def state_of(serial: int, *ids: str, lineage: str = "a", name: str = "") -> ErroredState:
    instances = [{"attributes": {"id": one}, "index_key": one} for one in ids]
    resource = {"mode": "managed", "type": "aws_s3_bucket", "name": "b", "instances": instances}
    document: dict[str, Any] = {"version": 4, "serial": serial, "lineage": lineage, "resources": [resource]}
    return ErroredState("dev-one", Path(name or f"{serial}.tfstate"), "", serial, lineage, document)


def written(folder: Path, *states: ErroredState) -> list[Path]:
    for state in states:
        (folder / state.file.name).write_text(json.dumps(state.document))
    return [folder / state.file.name for state in states]


def test_newest_of_several_states_is_chosen_if_it_includes_the_others(tmp_path: Path) -> None:
    newest, others = choose.choose("dev-one", written(tmp_path, state_of(3, "x"), state_of(5, "x", "y")), None)
    assert newest.serial == 5
    assert [other.serial for other in others] == [3]


@pytest.mark.parametrize("older", [state_of(3, "z"), state_of(3, "x", lineage="b"), state_of(5, "z", name="b.tfstate")])
def test_contradicting_states_need_a_choice(tmp_path: Path, older: ErroredState) -> None:
    files = written(tmp_path, older, state_of(5, "x", name="c.tfstate"))
    with pytest.raises(StateRecoveryError, match="--file"):
        choose.choose("dev-one", files, None)
    newest, others = choose.choose("dev-one", files, "c.tfstate")
    assert (newest.file.name, others) == ("c.tfstate", [])
