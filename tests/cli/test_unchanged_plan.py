"""A plan without changes is printed and evaluated once: the same plan gets the same verdict, and nothing is applied."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lakekit_cli.terraform_gate.arguments import parse
from lakekit_cli.terraform_gate.phase_record import PhaseRecorder
from lakekit_cli.terraform_gate.plan_content import content_digest
from lakekit_cli.terraform_gate.plan_evaluation import Evaluation, PlanEvaluator
from lakekit_cli.terraform_gate.plan_log import PlanLog
from lakekit_cli.terraform_gate.process import InterruptHandler
from lakekit_cli.terraform_gate.sealed_plan import SealedPlan
from lakekit_cli.terraform_gate.stack import read_stack
from lakekit_cli.terraform_gate.unchanged_plan import FOLDER
from lakekit_policies import Finding, Verdict
from lakekit_policies.gate import engine_address
from lakekit_policies.gate.connections import ENGINE_PYTHON
from lakekit_policies.records.plan_records import FILE, PlanRecords

UNCHANGED = {"format_version": "1.2", "terraform_version": "1.11.4", "applyable": False, "complete": True}
FINDING = Finding("LK_S3_1", "Title", "high", "dev-one", "aws_s3_bucket.a", "", "reason", "remedy")
# Counts its calls, and prints the document.
TERRAFORM = "#!/bin/sh\necho . >> calls\nexec cat document.json\n"


def field(number: int, content: bytes | int) -> bytes:
    """A field of a protocol buffer message with a number below 16, and content of less than 128 bytes."""
    head = number << 3 | (0 if isinstance(content, int) else 2)
    key = bytes([head]) if head < 128 else bytes([head & 127 | 128, head >> 7])
    return key + (bytes([content]) if isinstance(content, int) else bytes([len(content)]) + content)


def message(at: str = "2026-11-27T21:23:11Z", *resources: bytes) -> bytes:
    changes = [field(3, change) for change in resources or (b"one", b"two")]
    return b"".join([field(1, 3), *changes, field(14, b"1.11.4"), field(21, at.encode()), field(26, 1)])


def plan_file(tfplan: bytes | None = None, **entries: bytes) -> bytes:
    file = io.BytesIO()
    parts = {"tfplan": message() if tfplan is None else tfplan, "tfstate": b"{}", "tfconfig/m-/cdk.tf.json": b"{}"}
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in (parts | entries).items():
            archive.writestr(name, content)
    return file.getvalue()


def test_time_and_order_do_not_change_the_digest() -> None:
    digest = content_digest(plan_file())
    assert len(digest) == 64
    assert content_digest(plan_file(message("2026-11-28T00:00:00Z", b"two", b"one"))) == digest


@pytest.mark.parametrize(
    "other",
    [
        plan_file(message("2026-11-27T21:23:11Z", b"one", b"three")),
        plan_file(message("2026-11-27T21:23:11Z", b"one")),
        plan_file(message("2026-11-27T21:23:11Z", b"one", b"two", b"two")),
        plan_file(message("not a time")),
        plan_file(message() + field(25, 1)),
        plan_file(tfstate=b'{"serial": 2}'),
        plan_file(more=b""),
    ],
    ids=["another change", "fewer", "a repeated one", "no time", "applyable", "another state", "another entry"],
)
def test_other_content_has_another_digest(other: bytes) -> None:
    assert content_digest(other) not in ("", content_digest(plan_file()))


@pytest.mark.parametrize(
    "broken",
    [b"", b"not a zip", plan_file(message()[:-1]), plan_file(message() + b"\x1a\x7fshort"), plan_file(b"\x0d\0\0\0\0")],
    ids=["empty", "text", "ends in a key", "ends in a field", "a type that plans do not use"],
)
def test_other_files_have_no_digest(broken: bytes) -> None:
    assert content_digest(broken) == ""


class Gate:
    """A gate that reports given findings."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def evaluate_plan(self, file: Path, **_: Any) -> Verdict:
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
        self.document: Mapping[str, Any] = UNCHANGED

    def run(self, plan: bytes, *arguments: str) -> Evaluation:
        command = parse(arguments or ("apply", "-auto-approve"), {})
        (self.working / "document.json").write_text(json.dumps(self.document))
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
            ).evaluate(self.gate, sealed, folder)  # type: ignore[arg-type]

    @property
    def calls(self) -> int:
        """How often the plan was printed."""
        calls = self.working / "calls"
        return len(calls.read_text().splitlines()) if calls.exists() else 0


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Runs:
    monkeypatch.delenv(ENGINE_PYTHON, raising=False)
    monkeypatch.chdir(tmp_path)
    made = Runs(tmp_path)
    monkeypatch.chdir(made.working)
    return made


def test_the_same_plan_is_evaluated_once(runs: Runs, capfd: pytest.CaptureFixture[str]) -> None:
    assert runs.run(plan_file()).code == 0
    capfd.readouterr()
    again = runs.run(plan_file(message("2026-11-27T22:00:00Z")))
    assert (again.code, runs.calls) == (0, 1)
    assert again.document == {"applyable": False, "terraform_version": "1.11.4"}
    shown = capfd.readouterr().err
    assert "CLEAN" in shown
    assert "the same plan was evaluated at" in " ".join(shown.split())
    (first, second), broken = PlanRecords(runs.root / FILE).read()
    assert not broken
    assert second.reused == first.evaluated_at
    assert (second.terraform, second.sha256, first.reused) == ("1.11.4", first.sha256, "")
    assert second.plan_file == hashlib.sha256(plan_file(message("2026-11-27T22:00:00Z"))).hexdigest()
    (kept,) = (runs.root / FOLDER).iterdir()
    assert (kept.stat().st_mode & 0o777, kept.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize(
    "change",
    [
        {"applyable": True},
        {"complete": False},
        {"errored": True},
        {"resource_drift": [{"address": "a.b"}]},
        {"deferred_changes": [{"reason": "unknown"}]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_plan_that_changes_something_is_evaluated_each_time(runs: Runs, change: dict[str, Any]) -> None:
    runs.document = UNCHANGED | change
    assert [runs.run(plan_file()).code for _ in range(2)] == [0, 0]
    assert runs.calls == 2


def test_findings_are_reported_each_time(runs: Runs) -> None:
    runs.gate.findings = [FINDING]
    assert [runs.run(plan_file()).code for _ in range(2)] == [1, 1]
    assert runs.calls == 2


@pytest.mark.parametrize("what", ["plan", "stack", "waivers", "setting", "rules", "option", "interpreter"])
def test_other_inputs_are_evaluated(runs: Runs, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runs.run(plan_file()).code == 0
    runs.gate.findings = [FINDING]
    plan, options = plan_file(), ("apply",)
    match what:
        case "plan":
            plan = plan_file(tfstate=b'{"serial": 2}')
        case "stack":
            # As if the configuration in the plan had changed too: a plan without one is not compared with it.
            (runs.working / "cdk.tf.json").write_text('{"//": {}}')
            plan = plan_file(**{"tfconfig/m-/cdk.tf.json": b'{"//": {}}'})
        case "waivers":
            (runs.root / "policies").mkdir()
            (runs.root / "policies/waivers.yaml").write_text("waivers: []\n")
        case "setting":
            monkeypatch.setenv("CHECKOV_EXAMPLE", "1")
        case "rules":
            monkeypatch.setattr(engine_address, "code_digest", lambda: "other rules")
        case "option":
            options = ("apply", "-target=terraform_data.thing")
        case "interpreter":
            monkeypatch.setenv(ENGINE_PYTHON, "/usr/bin/python3")
    assert runs.run(plan, *options).code == 1
    assert runs.calls == 2


def test_saved_plans_and_json_output_are_evaluated(runs: Runs) -> None:
    assert runs.run(plan_file()).code == 0
    for number, arguments in enumerate((("apply", "saved"), ("apply", "-json"), ("plan",), ("destroy",)), 2):
        assert runs.run(plan_file(), *arguments).code == 0
        assert runs.calls == number


def forged(kept: dict[str, Any], **changes: Any) -> str:
    verdict = Verdict.from_dict(kept["verdict"])
    return json.dumps(kept | {"verdict": replace(verdict, **changes).to_dict()})


@pytest.mark.parametrize("damage", ["findings", "acknowledged", "truncated", "not an object", "no verdict", "missing"])
def test_a_damaged_verdict_is_not_used(runs: Runs, damage: str) -> None:
    assert runs.run(plan_file()).code == 0
    (file,) = (runs.root / FOLDER).iterdir()
    text, kept = file.read_text(), json.loads(file.read_text())
    match damage:
        case "findings":
            file.write_text(forged(kept, findings=[FINDING]))
        case "acknowledged":
            file.write_text(forged(kept, acknowledged=[FINDING]))
        case "truncated":
            file.write_text(text[:-5])
        case "not an object":
            file.write_text("[]")
        case "no verdict":
            file.write_text(json.dumps({"key": kept["key"]}))
        case "missing":
            file.unlink()
    runs.gate.findings = [FINDING]
    assert runs.run(plan_file()).code == 1
    assert runs.calls == 2


def test_without_write_permission_each_plan_is_evaluated(runs: Runs) -> None:
    (runs.root / FOLDER.parent).mkdir(exist_ok=True)
    (runs.root / FOLDER).write_text("a file in place of the folder")
    assert [runs.run(plan_file()).code for _ in range(2)] == [0, 0]
    assert runs.calls == 2
