"""A plan without changes is evaluated without `terraform show -json` if its document can be assembled."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lakekit_cli.terraform_gate.arguments import parse
from lakekit_cli.terraform_gate.phase_record import PhaseRecorder
from lakekit_cli.terraform_gate.plan_evaluation import Evaluation, PlanEvaluator
from lakekit_cli.terraform_gate.plan_log import PlanLog
from lakekit_cli.terraform_gate.process import InterruptHandler
from lakekit_cli.terraform_gate.sealed_plan import SealedPlan
from lakekit_cli.terraform_gate.stack import read_stack
from lakekit_cli.terraform_gate.unchanged_document import FOLDER
from lakekit_policies import Finding, GateError, Verdict
from lakekit_policies.records.plan_records import FILE, PlanRecords

AWS = "registry.terraform.io/hashicorp/aws"
CONFIGURATION = {"root_module": {"resources": [{"address": "aws_sqs_queue.a"}]}}
PRINTED = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "planned_values": {},
    "configuration": CONFIGURATION,
    "checks": [{"address": {"to_display": "aws_sqs_queue.a"}}],
    "applyable": False,
    "complete": True,
}
FINDING = Finding("LK_S3_1", "Title", "high", "dev-one", "aws_s3_bucket.a", "", "reason", "remedy")
# Counts its calls, and prints the document.
TERRAFORM = "#!/bin/sh\necho . >> calls\nexec cat document.json\n"


def queue(**attributes: Any) -> dict[str, Any]:
    return {"schema_version": 0, "attributes": {"id": "a", "name": "a"} | attributes, "private": "bnVsbA=="}


def block(*instances: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    provider = f'provider["{AWS}"].replica'
    return {
        "mode": "managed",
        "type": "aws_sqs_queue",
        "name": "a",
        "provider": provider,
        "instances": [*instances],
    } | (changes)


def state(*blocks: Mapping[str, Any], version: int = 4, **outputs: Any) -> bytes:
    values = {name: {"value": value, "type": "string"} for name, value in outputs.items()}
    written = {"version": version, "terraform_version": "1.11.4", "serial": 3, "outputs": values, "resources": blocks}
    return json.dumps(written).encode()


def plan_file(now: bytes | None = None, before: bytes | None = None, **entries: bytes) -> bytes:
    file = io.BytesIO()
    now = state(block(queue())) if now is None else now
    parts = {"tfplan": b"plan", "tfstate": now, "tfstate-prev": before or now, "tfconfig/m-/cdk.tf.json": b"{}"}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (parts | entries).items():
            archive.writestr(name, content)
    return file.getvalue()


class Gate:
    """A gate that reports given findings and keeps what it evaluates."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.documents: list[dict[str, Any]] = []

    def evaluate_plan(self, file: Path, **_: Any) -> Verdict:
        self.documents.append(json.loads(file.read_text()))
        if self.documents[-1]["configuration"] is None:
            raise GateError("plan_form", "no configuration")
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        return Verdict("plan", self.findings, 400, 1, ["dev-one"], 0.1, plan_sha256=sha256)


class Runs:
    """Evaluations of plans of one stack."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.gate = Gate()
        self.working = root / "cdktf.out/stacks/dev-one"
        self.working.mkdir(parents=True)
        (root / "cdktf.json").write_text("{}")
        (self.working / "cdk.tf.json").write_text("{}")
        self.terraform = root / "terraform"
        self.terraform.write_text(TERRAFORM)
        self.terraform.chmod(0o755)
        self.printed: Mapping[str, Any] = PRINTED

    def run(self, plan: bytes, *, changed: bool = False) -> Evaluation:
        command = parse(("apply", "-auto-approve"), {})
        (self.working / "document.json").write_text(json.dumps(self.printed))
        folder = self.root / f"private-{len(list(self.root.iterdir()))}"
        folder.mkdir()
        stack = read_stack(self.working)
        with SealedPlan(plan, folder) as sealed:
            return PlanEvaluator(
                command=command,
                terraform=str(self.terraform),
                environ=os.environ,
                stack=stack,
                root=self.root,
                working=self.working,
                interrupts=InterruptHandler(),
                log=PlanLog(self.root, self.working, stack, command),
                recorder=PhaseRecorder(stack.name, {}),
            ).evaluate(self.gate, sealed, folder, changed=changed)  # type: ignore[arg-type]

    @property
    def calls(self) -> int:
        """How often the plan was printed."""
        calls = self.working / "calls"
        return len(calls.read_text().splitlines()) if calls.exists() else 0


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    made = Runs(tmp_path)
    monkeypatch.chdir(made.working)
    assert made.run(plan_file(), changed=True).code == 0
    return made


def test_document_is_assembled_from_state_and_configuration(runs: Runs) -> None:
    data = block(queue(id="data"), mode="data", type="aws_caller_identity", name="me")
    many = block(queue(index_key="x") | {"index_key": "x"}, queue(id="b") | {"index_key": "y z"}, name="many")
    counted = block(queue() | {"index_key": 0}, name="counted")
    evaluation = runs.run(plan_file(state(data, block(queue(arn="arn")), many, counted, answer="42")))
    assert (evaluation.code, runs.calls) == (0, 1)
    document = runs.gate.documents[-1]
    assert document == evaluation.document
    names = ["aws_sqs_queue.a", 'aws_sqs_queue.many["x"]', 'aws_sqs_queue.many["y z"]', "aws_sqs_queue.counted[0]"]
    planned = document["planned_values"]
    assert [one["address"] for one in planned["root_module"]["resources"]] == names
    assert planned["outputs"] == {"answer": {"sensitive": False, "type": "string", "value": "42"}}
    prior = document["prior_state"]["values"]["root_module"]["resources"]
    assert [one["address"] for one in prior] == ["data.aws_caller_identity.me", *names]
    assert prior[1] == {
        **{"address": "aws_sqs_queue.a", "mode": "managed", "type": "aws_sqs_queue", "name": "a"},
        **{"provider_name": AWS, "schema_version": 0, "values": {"id": "a", "name": "a", "arn": "arn"}},
    }
    assert [one["address"] for one in document["resource_changes"]] == names
    for change in document["resource_changes"]:
        assert change["change"]["actions"] == ["no-op"]
        assert change["change"]["before"] == change["change"]["after"] != {}
    assert {name: document[name] for name in ("configuration", "checks", "format_version")} == {
        name: PRINTED[name] for name in ("configuration", "checks", "format_version")
    }
    assert (document["applyable"], document["complete"], "resource_drift" in document) == (False, True, False)


def test_values_of_built_in_types_are_written_without_their_type(runs: Runs) -> None:
    outputs = {"value": {"a": {"value": 1, "type": "kept"}}, "type": ["object", {"a": "string"}]}
    instance = {"schema_version": 0, "attributes": {"backend": "local", "outputs": outputs, "defaults": None}}
    remote = block(instance, mode="data", type="terraform_remote_state", name="other")
    remote["provider"] = 'provider["terraform.io/builtin/terraform"]'
    runs.run(plan_file(state(remote, block(queue()))))
    assert runs.calls == 1
    (found, _) = runs.gate.documents[-1]["prior_state"]["values"]["root_module"]["resources"]
    assert found["address"] == "data.terraform_remote_state.other"
    assert found["values"] == {"backend": "local", "outputs": {"a": {"value": 1, "type": "kept"}}, "defaults": None}


def test_drift_is_stated_so_that_the_refreshed_state_is_saved(runs: Runs) -> None:
    before, now = queue(policy=""), queue(policy="{}")
    document = runs.run(plan_file(state(block(now)), state(block(before)))).document
    assert runs.calls == 1
    (drift,) = document["resource_drift"]
    assert drift["address"] == "aws_sqs_queue.a"
    assert (drift["change"]["before"]["policy"], drift["change"]["after"]["policy"]) == ("", "{}")


def test_evaluation_is_recorded(runs: Runs) -> None:
    plan = plan_file()
    runs.run(plan)
    records, broken = PlanRecords(runs.root / FILE).read()
    assert not broken
    assert len(records) == 2
    assert records[1].plan_file == hashlib.sha256(plan).hexdigest()
    assert records[1].sha256 == hashlib.sha256(json.dumps(runs.gate.documents[-1]).encode()).hexdigest()
    assert records[1].terraform == "1.11.4"


def test_plan_with_changes_is_printed(runs: Runs) -> None:
    assert runs.run(plan_file(), changed=True).code == 0
    assert runs.calls == 2


def test_findings_are_those_of_the_printed_plan(runs: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    """An acknowledgement names the document of Terraform."""
    runs.gate.findings = [FINDING]
    assert runs.run(plan_file()).code == 1
    assert runs.calls == 2
    assert capfd.readouterr().err.count("LK_S3_1") == 1
    records, _ = PlanRecords(runs.root / FILE).read()
    assert len(records) == 2


@pytest.mark.parametrize(
    "plan",
    [
        b"not a zip",
        plan_file(**{"tfconfig/m-/other.tf.json": b"{}"}),
        plan_file(**{".terraform.lock.hcl": b"other providers"}),
        plan_file(state(block(queue())).replace(b"1.11.4", b"1.12.0")),
        plan_file(state(block(queue()), version=5)),
        plan_file(b"{"),
        plan_file(b"[]"),
        plan_file(state(block(queue(), module="module.one"))),
        plan_file(state(block(queue(), mode="ephemeral"))),
        plan_file(state(block(queue(), provider="provider.aws"))),
        plan_file(state(block(queue() | {"deposed": "1a2b"}))),
        plan_file(state(block(queue() | {"status": "tainted"}))),
        plan_file(state(block({"schema_version": 0, "attributes_flat": {"id": "a"}}))),
        plan_file(state(block(queue(input={"value": "x", "type": "string"})))),
        plan_file(state(block(queue(deep=[{"input": {"value": 1, "type": "number"}}])))),
        plan_file(state(block(queue() | {"index_key": '"]'}))),
        plan_file(state(block(queue())), state(block(queue()), block(queue(), name="gone"))),
    ],
    ids=[
        *("not a plan file", "another configuration", "other providers", "another Terraform", "version of the state"),
        *("broken state", "state of another form", "module", "ephemeral", "provider", "deposed", "tainted", "flat"),
        *("dynamic", "deep dynamic", "key", "removed"),
    ],
)
def test_plan_of_another_form_is_printed(runs: Runs, plan: bytes) -> None:
    runs.run(plan)
    assert runs.calls == 2
    assert runs.gate.documents[-1] == PRINTED


@pytest.mark.parametrize(("ephemeral", "calls"), [(True, 2), (False, 3)])
def test_values_of_variables_are_printed(runs: Runs, ephemeral: bool, calls: int) -> None:
    """Terraform prints the default of an ephemeral variable, whatever its value."""
    runs.printed = PRINTED | {"variables": {"a": {"value": ""}}}
    stack = json.dumps({"variable": {"a": {"ephemeral": ephemeral, "default": ""}}})
    (runs.working / "cdk.tf.json").write_text(stack)
    plan = plan_file(**{"tfconfig/m-/cdk.tf.json": stack.encode()})
    assert [runs.run(plan).code for _ in range(2)] == [0, 0]
    assert runs.calls == calls
    assert runs.gate.documents[-1]["variables"] == runs.printed["variables"]


@pytest.mark.parametrize(
    "damage", ["truncated", "not an object", "without configuration", "missing", "too deep", "bad", "pipe", "device"]
)
def test_damaged_configuration_is_replaced(runs: Runs, damage: str) -> None:
    (file,) = (runs.root / FOLDER).iterdir()
    text = file.read_text()
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    match damage:
        case "truncated":
            file.write_text(text[:-5])
        case "not an object":
            file.write_text("[]")
        case "without configuration":
            file.write_text(json.dumps({"key": json.loads(text)["key"]}))
        case "missing":
            file.unlink()
        case "pipe":
            file.unlink()
            os.mkfifo(file)
        case "device":
            file.unlink()
            file.symlink_to("/dev/zero")
        case "too deep":
            file.write_text("[" * 100_000 + "]" * 100_000)
        case "bad":
            file.write_text(json.dumps({**json.loads(text), "configuration": None}))
    assert runs.run(plan_file()).code == 0
    assert runs.calls == 2
    assert file.read_text() == text
    assert runs.run(plan_file()).code == 0
    assert runs.calls == 2


def test_without_write_permission_each_plan_is_printed(runs: Runs) -> None:
    (file,) = (runs.root / FOLDER).iterdir()
    file.unlink()
    file.parent.rmdir()
    file.parent.write_text("a file in place of the folder")
    assert [runs.run(plan_file()).code for _ in range(2)] == [0, 0]
    assert runs.calls == 3


@pytest.mark.parametrize(
    "arguments",
    ["destroy", "apply -destroy", "apply -refresh-only", "apply -target=a.b", "apply -refresh=false", "apply -state=x"],
)
def test_partial_plans_are_printed(arguments: str) -> None:
    assert not parse(arguments.split(), {}).plans_whole_stack
    assert parse(("apply", "-auto-approve", "-refresh=true"), {}).plans_whole_stack
