"""`lakekit deploy --changed`: only stacks whose configuration or inputs differ from what was last applied."""

from __future__ import annotations

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from cli_project import Project, wait_for
from moto import mock_aws

from lakekit_cli.applied.errors import InputsUnknownError
from lakekit_cli.applied.inputs import inputs_hash
from lakekit_cli.applied.select import select
from lakekit_cli.applied.store import StateStore, StoreError
from lakekit_cli.applied.tracker import AppliedTracker
from nonempty import nonempty


@pytest.fixture
def deployed(project: Project) -> Project:
    """A project with a producer, a consumer of its output, and an independent stack, deployed once."""
    project.environment("dev")
    project.stack("dev-producer", thing={"input": "one"})
    project.stack("dev-consumer", needs=["dev-producer"], thing={"input": "${data.terraform_remote_state.p.outputs.x}"})
    project.stack("dev-other", thing={"input": "other"})
    edit(project, "dev-producer", lambda d: d | {"output": {"x": {"value": "first"}, "unused": {"value": "a"}}})
    remote = {"p": {"backend": "local", "config": {"path": str(project.root / "dev-producer.tfstate")}}}
    edit(project, "dev-consumer", lambda d: d | {"data": {"terraform_remote_state": remote}})
    done = project.run("lakekit", "deploy", "dev", "--auto-approve")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def edit(project: Project, stack: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    edit_file(project.root / "prepared/stacks" / stack / "cdk.tf.json", change)


def edit_file(file: Path, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    file.write_text(json.dumps(change(json.loads(file.read_text()))))


def changed(project: Project, **environ: str) -> dict[str, str]:
    """Deploy changed stacks; return the status of each stack that is not skipped before the run."""
    arguments = ("lakekit", "deploy", "dev", "--changed", "--auto-approve", "--format", "json")
    done = project.run(*arguments, environ=environ)
    assert done.returncode == 0, done.stdout + done.stderr
    document = json.loads(done.stdout)
    assert ("Drift was not looked at" in done.stderr) == bool(document["skipped"])
    return {stack["name"]: stack["status"] for stack in document["stacks"] if stack["name"] not in document["skipped"]}


def test_only_changed_stacks_and_consumers_of_changed_outputs_are_deployed(deployed: Project) -> None:
    assert changed(deployed) == {}
    edit(deployed, "dev-other", lambda d: d | {"resource": {"terraform_data": {"thing": {"input": "new"}}}})
    assert changed(deployed) == {"dev-other": "done"}
    edit(deployed, "dev-producer", lambda d: d | {"output": {"x": {"value": "first"}, "unused": {"value": "b"}}})
    assert changed(deployed) == {"dev-producer": "unchanged", "dev-consumer": "skipped"}, "only an output has changed"
    edit(deployed, "dev-producer", lambda d: d | {"output": {"x": {"value": "second"}, "unused": {"value": "b"}}})
    assert changed(deployed) == {"dev-producer": "unchanged", "dev-consumer": "done"}
    assert '"second"' in (deployed.root / "dev-consumer.tfstate").read_text()
    assert changed(deployed) == {}
    edit(deployed, "dev-other", lambda d: d | {"//": {**d["//"], "note": "only a comment"}})
    assert changed(deployed) == {}
    assert set(changed(deployed, TF_VAR_label="two")) == {"dev-producer", "dev-consumer", "dev-other"}


def test_absent_damaged_or_outdated_record_means_deploy(deployed: Project) -> None:
    record = deployed.root / "dev-other.applied.json"
    for content in ("", "{", "[]", '{"inputs": 1}'):
        record.write_text(content)
        assert set(changed(deployed)) == {"dev-other"}, content
        assert changed(deployed) == {}
    record.unlink()
    assert set(changed(deployed)) == {"dev-other"}
    state = json.loads((deployed.root / "dev-other.tfstate").read_text())
    (deployed.root / "dev-other.tfstate").write_text(json.dumps(state | {"serial": state["serial"] + 1}))
    assert set(changed(deployed)) == {"dev-other"}, "the state was changed by another command"


def test_another_checkout_skips_too(deployed: Project) -> None:
    shutil.rmtree(deployed.root / "cdktf.out")
    assert changed(deployed) == {}


def test_interrupted_apply_is_not_unchanged(deployed: Project) -> None:
    command = f"touch {deployed.root}/started; sleep 60"
    slow = {"thing": {"input": "slow", "provisioner": [{"local-exec": {"command": command}}]}}
    edit(deployed, "dev-other", lambda d: d | {"resource": {"terraform_data": {"more": slow["thing"]}}})
    run = deployed.start("lakekit", "deploy", "dev", "--changed", "--auto-approve")
    wait_for(deployed.root / "started")
    assert not (deployed.root / "dev-other.applied.json").exists()
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=60)
    assert run.returncode == 130
    edit(deployed, "dev-other", lambda d: d | {"resource": {"terraform_data": {"more": {"input": "slow"}}}})
    assert changed(deployed) == {"dev-other": "done"}


@pytest.mark.parametrize("arguments", [["-target=terraform_data.thing"], ["-refresh-only"], ["-destroy"]])
def test_partial_applies_leave_no_record(project: Project, folder: Path, arguments: list[str]) -> None:
    assert project.run("lakekit-terraform", "apply", "-auto-approve", cwd=folder).returncode == 0
    record = project.root / "dev-one.applied.json"
    assert record.exists()
    project.run("lakekit-terraform", "apply", "-auto-approve", "-var=label=new", *arguments, cwd=folder)
    assert not AppliedTracker(folder, {}).unchanged


def test_changed_rejects_options_that_it_cannot_compare(deployed: Project) -> None:
    done = deployed.run("lakekit", "deploy", "dev", "--changed", "--auto-approve", "--", "--var", "label=x")
    assert done.returncode == 2
    assert "TF_VAR_" in done.stderr


def written(folder: Path, document: dict[str, Any]) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "cdk.tf.json").write_text(json.dumps(document))
    return folder


def test_contents_of_referenced_files_are_inputs(tmp_path: Path) -> None:
    script = tmp_path / "job.py"
    script.write_text("one")
    (tmp_path / "stack/assets").mkdir(parents=True)
    (tmp_path / "stack/assets/a").write_text("one")
    source = {"a": {"source": "../job.py", "etag": '${filemd5("${path.module}/../job.py")}'}}
    folder = written(tmp_path / "stack", {"resource": {"aws_s3_object": source}})
    seen = {inputs_hash(folder, {})}
    script.write_text("two")
    seen.add(inputs_hash(folder, {}))
    (folder / "assets/a").write_text("two")
    seen.add(inputs_hash(folder, {}))
    (folder / "more.auto.tfvars").write_text("x = 1")
    seen.add(inputs_hash(folder, {}))
    assert len(seen) == 4


@pytest.mark.parametrize("section", ["data", "resource"])
def test_contents_of_archived_folders_are_inputs(tmp_path: Path, section: str) -> None:
    (tmp_path / "jobs/deep").mkdir(parents=True)
    for source in ("../jobs", str(tmp_path / "jobs"), "${path.module}/../jobs"):
        folder = written(tmp_path / "stack", {section: {"archive_file": {"a": {"source_dir": source}}}})
        before = inputs_hash(folder, {})
        (tmp_path / "jobs/deep" / f"{len(source)}.py").write_text("new")
        assert inputs_hash(folder, {}) != before, source
    folder = written(tmp_path / "stack", {section: {"archive_file": {"a": {"source_dir": "${var.folder}"}}}})
    with pytest.raises(InputsUnknownError, match="source_dir"):
        inputs_hash(folder, {})


def without_remote_states(data: dict[str, Any]) -> dict[str, Any]:
    """Data sources without states of an account."""
    return {kind: blocks for kind, blocks in data.items() if kind != "terraform_remote_state"}


def test_inputs_of_the_reference_stacks_are_known(synthesized: Path, tmp_path: Path) -> None:
    stacks = sorted((synthesized / "stacks").glob("prod-*"))
    hashes = set()
    for stack in nonempty(stacks):
        folder = Path(shutil.copytree(stack, tmp_path / stack.name))
        edit_file(folder / "cdk.tf.json", lambda d: d | {"data": without_remote_states(d.get("data", {}))})
        hashes.add(inputs_hash(folder, {}))
    assert len(hashes) == len(stacks)


@pytest.mark.parametrize("text", ["a" * 300, "policy/" + "a" * 300, "a/" * 500 + "b", '{"Statement": []}' * 60])
def test_long_texts_are_no_files(tmp_path: Path, text: str) -> None:
    assert inputs_hash(written(tmp_path / "stack", {"resource": {"x": {"a": {"policy": text}}}}), {})


def test_stacks_that_cannot_be_compared_are_named(tmp_path: Path) -> None:
    backend = {"terraform": {"backend": {"local": {"path": "state.tfstate"}}}}
    folder = written(tmp_path / "one", {**backend, "resource": {"x": {"a": {"text": "${file(var.name)}"}}}})
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"stacks": {"one": {"dependencies": []}}}))
    selection = select({"one": folder}, manifest, "lakekit-terraform", {})
    assert selection.deployed == ["one"]
    assert (
        "the inputs of one cannot be compared: ${file(var.name)}: only Terraform knows the file" in selection.statement
    )


def test_stacks_that_the_target_never_applies_do_not_count_as_changed(tmp_path: Path) -> None:
    folders = {name: written(tmp_path / name, {}) for name in ("local-snowflake", "local-product")}
    manifest = tmp_path / "manifest.json"
    needs = {"local-snowflake": {"dependencies": []}, "local-product": {"dependencies": ["local-snowflake"]}}
    manifest.write_text(json.dumps({"stacks": needs}))
    selection = select(folders, manifest, "lakekit-terraform", {}, {"local-snowflake"})
    assert (selection.deployed, selection.skipped) == (["local-product"], [])
    assert "Not deployed, because the local cloud covers AWS only: local-snowflake." in selection.statement
    selection = select({"local-snowflake": folders["local-snowflake"]}, manifest, "lakekit-terraform", {}, folders)
    assert (selection.deployed, selection.skipped) == ([], [])


def test_texts_that_look_like_calls_are_known(tmp_path: Path) -> None:
    (tmp_path / "query.tpl").write_text("SELECT timestamp(6) FROM ${table}")
    texts = [
        "timestamp(6)",
        "SELECT uuid()",
        "${var.x} is timestamp(3)",
        '${templatefile("../query.tpl", {table = 1})}',
    ]
    folder = written(tmp_path / "stack", {"resource": {"x": {"a": {"texts": texts}}}})
    assert inputs_hash(folder, {}) == inputs_hash(folder, {})


@pytest.mark.parametrize(
    "document",
    [
        {"resource": {"x": {"a": {"text": "${file(var.name)}"}}}},
        {"resource": {"x": {"a": {"text": '${join(",", fileset("../jobs", "*.py"))}'}}}},
        {"resource": {"x": {"a": {"text": "${timestamp()}"}}}},
        {"resource": {"x": {"a": {"tags": {"${plantimestamp ( )}": "x"}}}}},
        {"resource": {"x": {"a": {"b": "${plantimestamp()}", "lifecycle": {"ignore_changes": ["c"]}}}}},
        {"resource": {"x": {"a": {"b": "${uuid()}", "lifecycle": {"ignore_changes": ["b"]}}}}},
        {"locals": {"a": ["%{ if true }${uuid()}%{ endif }"]}},
        {"output": {"a": {"value": "${provider::time::rfc3339_parse(var.x)}"}}},
        {"output": {"a": {"value": '${templatefile("../impure.tpl", {})}'}}},
        {"output": {"a": {"value": '${templatefile ("${path.module}/../reading.tpl", {})}'}}},
        {"module": {"m": {"source": "../module"}}},
        {"module": {"m": {"source": "terraform-aws-modules/vpc/aws"}}},
        {"data": {"terraform_remote_state": {"p": {"backend": "remote", "config": {}}}}},
        {"data": {"terraform_remote_state": {"p": {"backend": "local", "config": {"path": "x"}, "for_each": "${y}"}}}},
    ],
)
def test_inputs_that_only_terraform_knows_count_as_changed(tmp_path: Path, document: dict[str, Any]) -> None:
    (tmp_path / "impure.tpl").write_text("${timestamp()}")
    (tmp_path / "reading.tpl").write_text('${file("/etc/hostname")}')
    (tmp_path / "module").mkdir()
    (tmp_path / "module/main.tf").write_text('locals { a = fileset("..", "*") }')
    with pytest.raises(InputsUnknownError):
        inputs_hash(written(tmp_path / "stack", document), {})


def test_time_of_a_plan_in_what_existing_resources_ignore(tmp_path: Path) -> None:
    block = {"b": [{"c": "x/${plantimestamp()}"}], "lifecycle": {"ignore_changes": ["b"]}}
    folder = written(tmp_path, {"resource": {"x": {"a": block}}})
    assert inputs_hash(folder, {}) == inputs_hash(folder, {})


def test_ephemeral_variables_are_no_inputs(tmp_path: Path) -> None:
    folder = written(tmp_path, {"variable": {"gate": {"ephemeral": True}, "size": {}}})
    assert inputs_hash(folder, {"TF_VAR_gate": "a"}) == inputs_hash(folder, {"TF_VAR_gate": "b"})
    assert inputs_hash(folder, {"TF_VAR_size": "1"}) != inputs_hash(folder, {"TF_VAR_size": "2"})


@mock_aws
def test_record_is_kept_beside_the_state_in_s3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    s3 = boto3.client("s3", region_name="eu-west-1")
    s3.create_bucket(Bucket="states", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    config = {"bucket": "states", "key": "lake/dev/one.tfstate", "region": "eu-west-1", "encrypt": True}
    folder = written(tmp_path, {"terraform": {"backend": {"s3": config}}})
    assert not AppliedTracker(folder, {}).unchanged
    assert "cannot be recorded" in AppliedTracker(folder, {}).save(), "there is no state"
    s3.put_object(Bucket="states", Key="lake/dev/one.tfstate", Body=b'{"lineage": "a", "serial": 3, "outputs": {}}')
    tracker = AppliedTracker(folder, {})
    assert tracker.save() == ""
    assert s3.head_object(Bucket="states", Key="lake/dev/one.applied.json")["ServerSideEncryption"] == "AES256"
    assert AppliedTracker(folder, {}).unchanged
    assert tracker.invalidate() == ""
    assert not AppliedTracker(folder, {}).unchanged
    with pytest.raises(StoreError, match="assume_role"):
        StateStore.of("s3", {**config, "assume_role": {}}, folder)
    with pytest.raises(StoreError, match="missing-bucket"):
        StateStore.of("s3", {**config, "bucket": "missing-bucket"}, folder).record()
