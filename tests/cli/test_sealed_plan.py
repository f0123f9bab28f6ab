"""The applied plan is the evaluated plan, also if someone overwrites plans between evaluation and apply."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_project import Project, applied, entry, ledger, leftovers

from lakekit_cli.terraform_gate import main as gate_main
from lakekit_cli.terraform_gate import sealed_plan
from lakekit_cli.terraform_gate.sealed_plan import PlanChangedError, SealedPlan
from lakekit_policies.records.plan_records import PlanRecord, PlanRecords

GATE = "lakekit-terraform"
# After `show`, overwrites every plan file that it can find: the one that it was given, and those in private folders.
OVERWRITING = """#!/bin/sh
terraform "$@"
code=$?
case " $* " in *" show "*)
  for file in "$4" .terraform/lakekit-plan-*/*; do
    chmod u+w "$file" 2>> refused
    cat other.plan > "$file" 2>> refused || true
    cp --remove-destination other.plan "$file" 2>> refused || true
  done ;;
esac
exit $code
"""


@pytest.fixture
def other(project: Project, folder: Path) -> Path:
    """A stack with another plan, which has not been evaluated."""
    done = project.run("terraform", "plan", "-var=label=other", "-out=other.plan", cwd=folder)
    assert done.returncode == 0, done.stderr
    Path(project.environ["LAKEKIT_TERRAFORM"]).write_text(OVERWRITING)
    return folder


def label(project: Project, folder: Path) -> str:
    done = project.run("terraform", "output", "-json", cwd=folder)
    return str(json.loads(done.stdout)["label"]["value"])


def recorded(project: Project) -> list[PlanRecord]:
    found, broken = PlanRecords(project.root / ".lakekit/plans.jsonl").read()
    assert broken == []
    return found


def test_overwritten_plan_is_not_applied(project: Project, other: Path) -> None:
    done = project.run(GATE, "apply", "-auto-approve", cwd=other)
    assert done.returncode == 0, done.stderr
    assert label(project, other) == "one"
    assert "not permitted" in (other / "refused").read_text(), "the memory file is sealed"
    (record,) = recorded(project)
    assert record.plan_file == record.applied_file
    assert record.applied_file != hashlib.sha256((other / "other.plan").read_bytes()).hexdigest()


def test_overwritten_saved_plan_is_not_applied(project: Project, other: Path) -> None:
    assert project.run("terraform", "plan", "-out=my.plan", cwd=other).returncode == 0
    saved = (other / "my.plan").read_bytes()
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text(OVERWRITING.replace('"$4"', '"$4" my.plan'))
    assert project.run(GATE, "apply", "my.plan", cwd=other).returncode == 0
    assert (other / "my.plan").read_bytes() == (other / "other.plan").read_bytes(), "the attack has worked"
    assert label(project, other) == "one"
    (record,) = recorded(project)
    assert record.applied_file == hashlib.sha256(saved).hexdigest()


def test_a_process_that_races_with_the_gate_changes_nothing(project: Project, folder: Path) -> None:
    """Overwrites plan files all the time; whichever plan was evaluated is the applied one."""
    done = project.run("terraform", "plan", "-var=label=other", "-out=other.plan", cwd=folder)
    assert done.returncode == 0
    evil, stop = (folder / "other.plan").read_bytes(), threading.Event()

    def race() -> None:
        while not stop.is_set():
            # A folder can be removed while it is listed.
            with contextlib.suppress(OSError):
                for file in folder.glob(".terraform/lakekit-plan-*/*plan"):
                    file.write_bytes(evil)

    racer = threading.Thread(target=race)
    racer.start()
    try:
        done = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    finally:
        stop.set()
        racer.join()
    # Overwritten while Terraform wrote it, the plan is evaluated as it is found, or cannot be read at all.
    (record,) = recorded(project) or [None]
    planned = "other" if record and record.plan_file == hashlib.sha256(evil).hexdigest() else "one"
    shown = label(project, folder) if applied(project) else ""
    assert (done.returncode, shown) in ((0, planned), (1, ""), (3, ""))
    assert record is None or record.applied_file == (record.plan_file if shown else "")


@pytest.fixture
def without_memory_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without memfd_create, such as macOS."""
    monkeypatch.setattr(sealed_plan, "_sealed_memory", lambda _: None)


@pytest.fixture
def in_process(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith(("TF_", "LAKEKIT_")):
            monkeypatch.delenv(name)
    for name, value in project.environ.items():
        monkeypatch.setenv(name, value)
    return


@pytest.mark.usefixtures("without_memory_files", "in_process")
def test_changed_file_stops_the_apply(
    project: Project, other: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(other)
    with pytest.raises(SystemExit) as ended:
        gate_main(["apply", "-auto-approve"])
    assert ended.value.code == 3
    assert "Nothing was applied" in capfd.readouterr().err
    assert not applied(project)
    assert [record.applied for record in recorded(project)] == [""]


@pytest.mark.usefixtures("without_memory_files", "in_process")
def test_file_that_changes_during_the_apply_is_reported_and_recorded(
    project: Project, other: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    Path(project.environ["LAKEKIT_TERRAFORM"]).write_text(OVERWRITING.replace(" show ", " apply "))
    monkeypatch.chdir(other)
    with pytest.raises(SystemExit) as ended:
        gate_main(["apply", "-auto-approve"])
    assert ended.value.code == 3
    assert "was changed during the apply" in capfd.readouterr().err
    (record,) = recorded(project)
    assert record.exit_code == 3
    assert record.applied_file == hashlib.sha256((other / "other.plan").read_bytes()).hexdigest()
    assert record.applied_file != record.plan_file


@pytest.mark.usefixtures("without_memory_files", "in_process")
def test_unchanged_file_is_applied(project: Project, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    with pytest.raises(SystemExit) as ended:
        gate_main(["apply", "-auto-approve"])
    assert ended.value.code == 0
    assert applied(project)
    assert leftovers(folder) == []


@pytest.mark.usefixtures("without_memory_files")
@pytest.mark.parametrize("attack", ["overwrite", "replace", "remove"])
def test_changed_copy_is_found(tmp_path: Path, attack: str) -> None:
    with SealedPlan(b"plan", tmp_path) as plan:
        file = Path(plan.path)
        assert file.stat().st_mode & 0o777 == 0o400
        plan.verify()
        if attack == "overwrite":
            file.chmod(0o600)
            file.write_bytes(b"evil")
        else:
            file.unlink()
            if attack == "replace":
                file.write_bytes(b"evil")
        with pytest.raises(PlanChangedError):
            plan.verify()


def test_memory_file_cannot_be_written(tmp_path: Path) -> None:
    with SealedPlan(b"plan", tmp_path) as plan:
        with pytest.raises(PermissionError):
            os.write(plan.descriptor, b"evil")
        with pytest.raises(PermissionError):
            os.ftruncate(plan.descriptor, 0)
        with pytest.raises(PermissionError):
            Path(plan.path).write_bytes(b"evil")
        plan.verify()
        assert Path(plan.path).read_bytes() == b"plan"
    assert list(tmp_path.iterdir()) == []


def test_plan_document_changed_before_the_evaluation_is_not_applied(project: Project, folder: Path) -> None:
    """The gate reads the document from a file; its hash must be that of what Terraform printed."""
    project.reject_plan(folder)
    stop = threading.Event()

    def race() -> None:
        clean = None
        while not stop.is_set():
            with contextlib.suppress(OSError, ValueError):
                for file in folder.glob(".terraform/lakekit-plan-*/plan.json"):
                    document = json.loads(file.read_bytes())
                    document["resource_changes"] = [
                        change for change in document["resource_changes"] if change["type"] == "terraform_data"
                    ]
                    clean = json.dumps(document)
                    file.write_text(clean)

    racer = threading.Thread(target=race)
    racer.start()
    try:
        done = project.run(GATE, "apply", "-auto-approve", cwd=folder)
    finally:
        stop.set()
        racer.join()
    assert done.returncode in (1, 3), done.stderr
    assert not applied(project)


def test_out_through_a_symbolic_link_is_refused(project: Project, folder: Path) -> None:
    target = project.root / "elsewhere.plan"
    target.write_text("kept")
    (folder / "my.plan").symlink_to(target)
    done = project.run(GATE, "plan", "-out=my.plan", cwd=folder)
    assert done.returncode == 1
    assert "is a symbolic link" in done.stderr
    assert target.read_text() == "kept"


@pytest.mark.parametrize("name", ["cdk.tf.json", "device", "folder", "linked/my.plan"])
def test_out_replaces_only_plans(project: Project, folder: Path, name: str) -> None:
    os.mkfifo(folder / "device")
    (folder / "folder").mkdir()
    (folder / "linked").symlink_to(project.root)
    before = (folder / "cdk.tf.json").read_bytes()
    done = project.run(GATE, "plan", f"-out={name}", cwd=folder)
    assert done.returncode == 1
    assert f"-out={folder / name}" in done.stderr
    assert (folder / "cdk.tf.json").read_bytes() == before
    assert (folder / "device").is_fifo()
    assert not (project.root / "my.plan").exists()


def test_rejected_plan_never_reaches_the_file_of_out(project: Project, folder: Path) -> None:
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text(shim.read_text().replace("#!/bin/sh\n", "#!/bin/sh\nls *.plan >> seen 2>&1\n"))
    project.reject_plan(folder)
    assert project.run(GATE, "plan", "-out=my.plan", cwd=folder).returncode == 1
    assert "my.plan" not in (folder / "seen").read_text()
    (folder / "change.json").unlink()
    assert project.run(GATE, "plan", "-out=my.plan", cwd=folder).returncode == 0
    assert (folder / "my.plan").stat().st_mode & 0o777 == 0o600
    record = recorded(project)[-1]
    assert record.plan_file == hashlib.sha256((folder / "my.plan").read_bytes()).hexdigest()
    assert project.run(GATE, "apply", "my.plan", cwd=folder).returncode == 0
    assert recorded(project)[-1].applied_file == record.plan_file


def test_stack_changed_after_the_plan_is_not_evaluated_with_it(project: Project, folder: Path) -> None:
    """Tier, waivers and validations belong to the configuration that was planned."""
    project.environment("dev")
    ledger(project, entry())
    assert project.run(GATE, "plan", "-out=my.plan", cwd=folder).returncode == 0
    stack = json.loads((folder / "cdk.tf.json").read_text())
    stack["//"]["metadata"]["lakekit"]["tier"] = "sandbox"
    (folder / "cdk.tf.json").write_text(json.dumps(stack))
    done = project.run(GATE, "apply", "my.plan", cwd=folder)
    assert done.returncode == 3
    assert "was changed after this plan was made" in done.stderr
    assert not applied(project)
