"""Tests of the `lakekit` command line, including invalid input."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from cli_project import Project, path_without

LAKEKIT = "lakekit"


def test_help_is_fast_and_lists_commands_and_exit_codes(project: Project) -> None:
    # Fast, because no slow package is imported.
    slow = ("boto3", "cdktf", "checkov", "jsii", "moto", "pydantic")
    program = (
        "import sys; from lakekit_cli.main import main; sys.argv = ['lakekit', '--help']\n"
        f"try: main()\nfinally: print('loaded:', [name for name in {slow} if name in sys.modules])"
    )
    done = project.run(sys.executable, "-c", program)
    assert done.returncode == 0
    assert done.stdout.endswith("loaded: []\n"), done.stdout
    for command in ("doctor", "env", "synth", "plan", "deploy", "destroy", "gate", "policies", "local", "smoke"):
        assert f"\n  {command} " in done.stdout
    assert "could not evaluate" in done.stdout


def test_every_command_has_help(project: Project) -> None:
    for command in (
        "doctor",
        "env new",
        "synth",
        "plan",
        "deploy",
        "destroy",
        "gate synth",
        "gate plan",
        "policies list",
    ):
        done = project.run(LAKEKIT, *command.split(), "--help")
        assert done.returncode == 0, done.stderr
        assert "Usage: lakekit" in done.stdout


@pytest.mark.parametrize("group", ["aws", "env", "gate", "snowflake", "policies", "local"])
def test_subcommand_summaries_are_not_truncated(project: Project, group: str) -> None:
    done = project.run(LAKEKIT, group, "--help")
    assert "Commands:" in done.stdout
    assert "..." not in done.stdout.partition("Commands:")[2]


# -- invalid input ----------------------------------------------------------------------------------------------


# -- deploy, plan, destroy ---------------------------------------------------------------------------------------


def test_deploy_plan_and_destroy(dev: Project) -> None:
    done = dev.run(LAKEKIT, "deploy", "dev", "--auto-approve", "--", "--skip-provider-lock")
    assert done.returncode == 0, done.stdout + done.stderr
    assert dev.state("dev-one")
    assert dev.state("dev-two")
    for column in ("status", "added", "init s", "plan s", "gate s", "apply s", "total s"):
        assert column in done.stdout
    assert list((dev.root / ".lakekit").glob("run-*")) == []

    planned = dev.run(LAKEKIT, "plan", "dev")
    assert planned.returncode == 0, planned.stderr
    rows = {line.split()[0]: line.split()[1:6] for line in planned.stdout.splitlines() if line.startswith(" dev-")}
    assert rows == {name: ["0", "0", "0", "0", "clean"] for name in ("dev-one", "dev-two")}

    destroyed = dev.run(LAKEKIT, "destroy", "dev", "--auto-approve")
    assert destroyed.returncode == 0, destroyed.stdout + destroyed.stderr
    assert not dev.state("dev-one")
    assert not dev.state("dev-two")


def test_rejected_plan_exits_with_1(dev: Project) -> None:
    dev.reject_plan(dev.root / "prepared/stacks/dev-one")
    done = dev.run(LAKEKIT, "deploy", "dev", "--auto-approve", "--", "--skip-provider-lock")
    assert done.returncode == 1
    assert "Nothing was applied" in done.stderr
    assert not dev.state("dev-one")
    planned = dev.run(LAKEKIT, "plan", "dev")
    assert planned.returncode == 1
    assert "rejected" in planned.stdout


def test_unevaluable_plan_exits_with_3(dev: Project) -> None:
    (dev.root / "prepared/stacks/dev-one/show.json").write_text("{")
    done = dev.run(LAKEKIT, "deploy", "dev", "--auto-approve", "--", "--skip-provider-lock")
    assert done.returncode == 3
    assert dev.run(LAKEKIT, "plan", "dev").returncode == 3
    assert not dev.state("dev-one")


def test_verbose_prints_what_it_runs(dev: Project) -> None:
    secret = "s3cr3t-value"
    done = dev.run(
        LAKEKIT, "deploy", "dev", "--auto-approve", "--verbose", "--", "--skip-provider-lock", "--parallelism", "1",
        environ={"AWS_SECRET_ACCESS_KEY": secret, "TF_VAR_password": secret},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "cdktf deploy 'dev-*' --auto-approve" in done.stderr
    assert "--skip-provider-lock --parallelism 1" in done.stderr
    for variable in ("TERRAFORM_BINARY_NAME=", "LAKEKIT_ENV=dev", "--unhandled-rejections=warn"):
        assert variable in done.stderr
    assert "dev-one | Plan: 1 to add, 0 to change, 0 to destroy." in done.stderr
    assert "dev-two | Apply complete! Resources: 1 added, 0 changed, 0 destroyed." in done.stderr
    assert secret not in done.stdout + done.stderr


def test_single_stack_is_deployed_and_destroyed(dev: Project) -> None:
    dev.stack("dev-other")
    done = dev.run(LAKEKIT, "deploy", "dev", "--stack", "other", "--auto-approve", "--verbose")
    assert done.returncode == 0, done.stderr
    assert "cdktf deploy dev-other --auto-approve" in done.stderr
    assert dev.state("dev-other") == ["terraform_data.thing"]
    assert [name for name in ("dev-one", "dev-two") if dev.state(name)] == []
    done = dev.run(LAKEKIT, "destroy", "dev", "--stack", "dev-other", "--auto-approve")
    assert done.returncode == 0, done.stderr
    assert dev.state("dev-other") == []


def prepare_failing_and_slow_stacks(project: Project) -> None:
    """Prepare a failing stack, a slow stack, and a dependent of each."""
    project.environment("dev")
    project.stack("dev-bad", thing={"provisioner": [{"local-exec": {"command": "sleep 1; exit 1"}}]})
    project.stack("dev-slow", thing={"provisioner": [{"local-exec": {"command": "sleep 6"}}]})
    project.stack("dev-after-bad", needs=["dev-bad"])
    project.stack("dev-after-slow", needs=["dev-slow"])


def test_failing_stack_does_not_stop_the_others(project: Project) -> None:
    """With --unhandled-rejections=warn cdktf-cli 0.21 waits for the sibling instead of crashing."""
    prepare_failing_and_slow_stacks(project)
    done = project.run(LAKEKIT, "deploy", "dev", "--auto-approve", "--", "--skip-provider-lock")
    assert done.returncode == 1
    (log,) = (project.root / ".lakekit/logs").glob("*/cdktf.log")
    assert "ERR_UNHANDLED_REJECTION" not in log.read_text()
    assert (
        project.run(
            "lakekit-terraform", "plan", "-detailed-exitcode", cwd=project.root / "cdktf.out/stacks/dev-slow"
        ).returncode
        == 0
    )


def test_cdktf_crash_does_not_lose_state(project: Project) -> None:
    """The closed terminal interrupts Terraform once; created resources are in the state, and the lock is released."""
    prepare_failing_and_slow_stacks(project)
    crashing = {"NODE_OPTIONS": "--unhandled-rejections=throw"}
    done = project.run(LAKEKIT, "deploy", "dev", "--auto-approve", "--", "--skip-provider-lock", environ=crashing)
    assert done.returncode == 1
    (log,) = (project.root / ".lakekit/logs").glob("*/cdktf.log")
    assert "ERR_UNHANDLED_REJECTION" in log.read_text(), "cdktf no longer crashes: remove the workaround"
    working = project.root / "cdktf.out/stacks/dev-slow"
    again = project.run("lakekit-terraform", "apply", "-auto-approve", "-lock-timeout=30s", cwd=working)
    assert again.returncode == 0, again.stderr
    assert project.run("lakekit-terraform", "plan", "-detailed-exitcode", cwd=working).returncode == 0


def test_destroy_requires_confirmation(dev: Project) -> None:
    dev.run(LAKEKIT, "deploy", "dev", "--auto-approve", "--", "--skip-provider-lock")
    terminal = dev.terminal(LAKEKIT, "destroy", "dev")
    terminal.expect("Type the environment's name")
    terminal.press("yes\r")
    assert terminal.code() == 1
    assert "Nothing was destroyed" in terminal.shown
    assert dev.state("dev-one")


# -- environments ----------------------------------------------------------------------------------------------


# -- doctor and policies -----------------------------------------------------------------------------------------


def test_doctor_passes_on_this_machine(dev: Project) -> None:
    done = dev.run(LAKEKIT, "doctor", "--format", "json", environ={"LAKEKIT_TERRAFORM": ""})
    checks = {check["name"]: check for check in json.loads(done.stdout)}
    assert done.returncode == 0
    assert {"python", "packages", "node", "cdktf", "terraform", "bindings", "gate", "local cloud"} <= set(checks)
    assert [check for check in checks.values() if check["state"] == "missing"] == []


def test_doctor_prints_no_colors_with_no_color(dev: Project) -> None:
    """It loads checkov's rules, which import colorama; the cursor of the progress line still moves."""
    terminal = dev.terminal(LAKEKIT, "doctor", environ={"NO_COLOR": "1"})
    assert terminal.code() == 0
    assert "local cloud" in terminal.shown
    assert re.findall(r"\x1b\[[0-9;]*m", terminal.raw) == []


def test_doctor_prints_the_fix(dev: Project, tmp_path: Path) -> None:
    done = dev.run(LAKEKIT, "doctor", environ=path_without(dev, tmp_path, "terraform"))
    assert done.returncode == 4
    assert "missing" in done.stdout
    assert "terraform: install Terraform" in done.stderr


def test_rules_are_listed_and_explained(project: Project) -> None:
    listed = project.run(LAKEKIT, "policies", "list", "--format", "json")
    rules = json.loads(listed.stdout)
    own_rules = [rule for rule in rules if rule["id"].startswith("LK_")]
    assert len(own_rules) >= 15
    assert all(rule["title"] and rule["severity"] and rule["remedy"] and rule["rationale"] for rule in own_rules)
    explained = project.run(LAKEKIT, "policies", "explain", own_rules[0]["id"].lower())
    assert own_rules[0]["remedy"][:40] in explained.stdout.replace("\n", " ")
