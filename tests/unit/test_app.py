"""The app: the output folder never contains a configuration that has not passed the gate."""

from __future__ import annotations

import json
import signal
from pathlib import Path
from typing import Any

import constructs
import jsii
import pytest

from lakekit.bindings import aws
from lakekit.core import app as app_module
from lakekit.core import rejected_output
from lakekit.core.app import LakehouseApp, entry_point
from lakekit.core.stack import LakehouseStack
from lakekit.environment import Environment
from lakekit.errors import CollisionError, GateRejectedError, LakekitError, RunInProgressError
from lakekit.storage import LogBucket
from lakekit.testing import environment
from lakekit_policies.output_folder import clear
from lakekit_policies.run_lock import output_lock, stack_lock

pytestmark = pytest.mark.usefixtures("warm_gate_workers")
CLI_CONTEXT = json.dumps({"cdktfRelativeModules": []})


@jsii.implements(constructs.IValidation)
class _Never:
    def validate(self) -> Any:
        return ["never valid"]


@pytest.fixture
def outdir(tmp_path: Path) -> Path:
    return tmp_path / "cdktf.out"


def good(app: LakehouseApp) -> LakehouseStack:
    stack = LakehouseStack(app, app.environments[0], "logs")
    LogBucket(stack, "Logs")
    return stack


def bad(app: LakehouseApp) -> None:
    aws.s3_bucket.S3Bucket(LakehouseStack(app, app.environments[0], "bad"), "Bucket", bucket="acme-open")


def made(outdir: Path, *environments: Environment) -> LakehouseApp:
    return LakehouseApp(environments or [environment()], outdir=outdir)


def test_clean_output_is_published(outdir: Path, capfd: pytest.CaptureFixture[str]) -> None:
    app = made(outdir)
    good(app)
    app.synth()
    assert json.loads((outdir / "manifest.json").read_text())["stacks"].keys() == {"dev-logs"}
    assert (outdir / "stacks" / "dev-logs" / "cdk.tf.json").is_file()
    assert {path.name for path in outdir.parent.iterdir()} == {"cdktf.out", ".lakekit"}
    assert "CLEAN" in capfd.readouterr().err


def test_rejected_output_is_removed_with_previous_output(outdir: Path, capfd: pytest.CaptureFixture[str]) -> None:
    app = made(outdir)
    good(app)
    app.synth()
    app = made(outdir)
    bad(app)
    with pytest.raises(GateRejectedError) as caught:
        app.synth()
    assert caught.value.exit_code == 1
    assert not (outdir / "stacks").exists()
    assert not (outdir / "manifest.json").exists()
    assert json.loads((outdir / "REJECTED.json").read_text())["rejected"] == "findings"
    assert {path.name for path in outdir.parent.iterdir()} == {"cdktf.out", ".lakekit"}
    assert "dev-bad/Bucket" in capfd.readouterr().err
    app = made(outdir)
    good(app)
    app.synth()
    assert not (outdir / "REJECTED.json").exists()


def test_rejected_output_is_exported_for_reports_only(
    outdir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(rejected_output.VARIABLE, str(tmp_path / "copy.json"))
    app = made(outdir)
    bad(app)
    with pytest.raises(GateRejectedError):
        app.synth()
    assert not (outdir / "stacks").exists()
    rejected_output.restore(tmp_path / "copy.json", tmp_path / "again")
    assert json.loads((tmp_path / "again/manifest.json").read_text())["stacks"].keys() == {"dev-bad"}
    assert "aws_s3_bucket" in json.loads((tmp_path / "again/stacks/dev-bad/cdk.tf.json").read_text())["resource"]


def test_evaluation_error_rejects(
    outdir: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAKEKIT_ENGINE_PYTHON", "/bin/false")
    app = made(outdir)
    good(app)
    with pytest.raises(GateRejectedError, match="could not evaluate") as caught:
        app.synth()
    assert caught.value.exit_code == 3
    assert not (outdir / "stacks").exists()


def test_failed_synth_keeps_previous_output(outdir: Path) -> None:
    app = made(outdir)
    good(app)
    app.synth()
    before = (outdir / "stacks" / "dev-logs" / "cdk.tf.json").read_text()
    app = made(outdir)
    good(app).node.add_validation(_Never())
    with pytest.raises(Exception, match="never valid"):
        app.synth()
    assert (outdir / "stacks" / "dev-logs" / "cdk.tf.json").read_text() == before
    assert {path.name for path in outdir.parent.iterdir()} == {"cdktf.out", ".lakekit"}


@pytest.mark.parametrize("runs", ["by_cdktf", "directly"])
def test_files_of_removed_stacks_are_kept_and_put_back(
    outdir: Path, monkeypatch: pytest.MonkeyPatch, runs: str
) -> None:
    app = made(outdir)
    good(app)
    app.synth()
    logs = outdir / "stacks" / "dev-logs"
    (logs / "terraform.tfstate.d/blue").mkdir(parents=True)
    (logs / "terraform.tfstate.d/blue/terraform.tfstate").write_text("state of a workspace")
    (logs / ".terraform.lock.hcl").write_text("locked")
    (logs / "errored.tfstate").write_text("errored")
    logs.rename(outdir / "stacks" / "dev-other")
    if runs == "by_cdktf":
        monkeypatch.setenv("CDKTF_CONTEXT_JSON", '{"cdktfRelativeModules": []}')
    app = made(outdir)
    good(app)
    app.synth()
    other = outdir / "stacks" / "dev-other"
    assert [path.name for path in other.rglob("*")] == []
    data = outdir.parent / ".lakekit"
    assert [file.read_text() for file in (data / "errored-state/dev-other").iterdir()] == ["errored"]
    other.mkdir(exist_ok=True)
    clear.put_back(other, data)
    assert (other / "terraform.tfstate.d/blue/terraform.tfstate").read_text() == "state of a workspace"
    assert (other / ".terraform.lock.hcl").read_text() == "locked"
    assert list((data / "kept-files/dev-other").iterdir()) == []


def test_files_that_cannot_be_moved_stop_the_synthesis(outdir: Path) -> None:
    app = made(outdir)
    good(app)
    app.synth()
    logs = outdir / "stacks" / "dev-logs"
    (logs / "errored.tfstate").write_text("errored")
    (outdir.parent / ".lakekit/errored-state").write_text("not a folder")
    app = made(outdir)
    good(app)
    with pytest.raises(LakekitError, match="nothing was deleted"):
        app.synth()
    assert (logs / "errored.tfstate").read_text() == "errored"


def test_stale_stacks_are_removed_and_terraform_files_kept(outdir: Path) -> None:
    app = made(outdir)
    good(app)
    app.synth()
    (outdir / "stacks" / "dev-logs" / ".terraform").mkdir()
    (outdir / "stacks" / "dev-logs" / "errored.tfstate").touch()
    (outdir / "stacks" / "dev-logs" / "smuggled.tf").touch()
    (outdir / "stacks" / "dev-logs" / "saved.tfplan").touch()
    (outdir / "stacks" / "dev-old").mkdir()
    app = made(outdir)
    good(app)
    app.synth()
    left = {path.name for path in (outdir / "stacks" / "dev-logs").iterdir()}
    assert left == {".terraform", "cdk.tf.json", "saved.tfplan"}
    data = outdir.parent / ".lakekit"
    assert len(list((data / "errored-state/dev-logs").glob("*.tfstate"))) == 1
    assert (data / "kept-files/dev-logs/smuggled.tf").exists()
    assert not (outdir / "stacks" / "dev-old").exists()


def test_the_cdktf_cli_finds_the_folders_it_saw(outdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", CLI_CONTEXT)
    (outdir / "stacks" / "dev-old").mkdir(parents=True)
    (outdir / "stacks" / "dev-old" / "cdk.tf.json").write_text("{}")
    app = made(outdir)
    good(app)
    app.synth()
    assert not list((outdir / "stacks" / "dev-old").iterdir())


def test_duplicate_physical_name_is_rejected(outdir: Path) -> None:
    app = made(outdir)
    good(app)
    LogBucket(LakehouseStack(app, app.environments[0], "other"), "Logs")
    with pytest.raises(
        CollisionError, match=r"dev-logs/Logs.* and dev-other/Logs.* both create the aws_s3_bucket acme-dev-logs"
    ):
        app.synth()
    assert not (outdir / "stacks").exists()


def test_environments_with_the_same_name_are_rejected(outdir: Path) -> None:
    """The same lake deployed to two regions under one role name: IAM is global."""
    from lakekit.governance import LakeLocations

    app = made(outdir, environment(), environment(region="us-east-1", environment="dev"))
    LakeLocations(LakehouseStack(app, app.environments[0], "one"), "Locations")
    LakeLocations(LakehouseStack(app, app.environments[1], "two"), "Locations")
    with pytest.raises(CollisionError, match="aws_iam_role acme-dev-lakeformation 111111111111"):
        app.synth()


@pytest.mark.parametrize("tier", ["staging", "prod"])
def test_cdktf_cli_requires_plan_gate_for_staging_and_prod(
    outdir: Path, monkeypatch: pytest.MonkeyPatch, tier: str
) -> None:
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", CLI_CONTEXT)
    monkeypatch.delenv("TERRAFORM_BINARY_NAME", raising=False)
    with pytest.raises(LakekitError, match="export TERRAFORM_BINARY_NAME") as caught:
        made(outdir, environment(tier=tier))
    assert "dev" in str(caught.value)
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "terraform")
    with pytest.raises(LakekitError, match="TERRAFORM_BINARY_NAME is terraform"):
        made(outdir, environment(tier=tier))
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", "/nowhere/lakekit-terraform")
    with pytest.raises(LakekitError, match="nowhere"):
        made(outdir, environment(tier=tier))


def test_configured_plan_gate_is_accepted(outdir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gate = tmp_path / app_module.GATE_COMMAND
    gate.write_text("#!/bin/sh\n")
    gate.chmod(0o755)
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", CLI_CONTEXT)
    monkeypatch.setenv("TERRAFORM_BINARY_NAME", str(gate))
    assert made(outdir, environment(tier="prod")).environments


def test_dev_needs_no_plan_gate_under_the_cdktf_cli(outdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CDKTF_CONTEXT_JSON", CLI_CONTEXT)
    monkeypatch.delenv("TERRAFORM_BINARY_NAME", raising=False)
    assert made(outdir).environments


def test_output_path_that_is_a_file_is_reported(outdir: Path) -> None:
    outdir.write_text("")
    with pytest.raises(LakekitError, match=r"cdktf\.out: cannot be written: .*\nFix: "):
        made(outdir)
    assert outdir.read_text() == ""


def test_an_entry_point_ends_like_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    @entry_point
    def main() -> None:
        raise GateRejectedError("no", exit_code=3, fix="do so")

    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 3
    assert capsys.readouterr().err == "lakekit: no\nFix: do so\n"


def test_an_interrupted_app_ends_in_one_line(capsys: pytest.CaptureFixture[str], outdir: Path) -> None:
    @entry_point
    def main() -> None:
        LakehouseApp([environment()], outdir=outdir)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, capsys.readouterr().err) == (130, "lakekit: interrupted\n")


def test_stack_that_is_being_applied_is_not_replaced(outdir: Path) -> None:
    app = made(outdir)
    good(app)
    app.synth()
    logs = outdir / "stacks/dev-logs"
    before = (logs / "cdk.tf.json").read_bytes()
    for define in (good, bad):
        app = made(outdir)
        define(app)
        with stack_lock(logs, "lakekit-terraform apply"), pytest.raises(RunInProgressError, match="dev-logs") as raised:
            app.synth()
        assert raised.value.exit_code == 7
        assert (logs / "cdk.tf.json").read_bytes() == before
    app = made(outdir)
    good(app)
    with output_lock(outdir, "lakekit deploy dev"), pytest.raises(RunInProgressError, match="lakekit deploy dev"):
        app.synth()
    assert list(outdir.parent.glob(".cdktf*")) == []
