"""Every subcommand of Terraform has a decision: evaluated, with a reason above dev, passed, or refused."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cli_project import REPOSITORY, Project, applied, entry, ledger

from lakekit_cli.terraform_gate.arguments import COMMAND_GROUPS, GATED_COMMANDS, parse
from lakekit_cli.terraform_gate.origin import redact
from lakekit_cli.terraform_gate.subcommands import SUBCOMMANDS, UNKNOWN, Decision, decide
from lakekit_policies.records.command_record import CommandRecord
from lakekit_policies.records.plan_records import PlanRecords
from nonempty import nonempty

GATE = "lakekit-terraform"
STACK = "prod-one"
THING = "terraform_data.thing"


@pytest.fixture
def prod(project: Project) -> Path:
    """An applied stack of tier prod; its only finding, the local state, is waived."""
    project.environment("prod", tier="prod")
    ledger(project, entry(target=f"path: {STACK}", environment="prod"))
    folder = project.synthesized(STACK, tier="prod")
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    return folder


def commands(project: Project, name: str) -> list[CommandRecord]:
    records = PlanRecords(project.root / ".lakekit/plans.jsonl")
    assert records.read()[1] == []
    return [record for record in records.read_commands() if record.name == name]


def decided(*arguments: str, **environ: str) -> Decision:
    return decide(parse(arguments, environ)).decision


def reason_line(stderr: str) -> str:
    (digest,) = re.findall(r"lakekit gate acknowledge ([0-9a-f]{16})", stderr)
    return str(digest)


def test_every_subcommand_of_the_installed_terraform_is_decided() -> None:
    terraform = shutil.which("terraform")
    assert terraform
    shown = subprocess.run([terraform, "-help"], capture_output=True, text=True, check=True).stdout
    names = re.findall(r"^  ([a-z][a-z-]*)  ", shown, re.MULTILINE)
    assert len(names) >= 20
    known = {one.name.partition(" ")[0] for one in SUBCOMMANDS}
    assert set(names) <= known
    for group in ("state", "workspace"):
        shown = subprocess.run([terraform, group, "-help"], capture_output=True, text=True, check=False).stdout
        names = re.findall(r"^    ([a-z][a-z-]*)  ", shown, re.MULTILINE)
        assert {f"{group} {name}" for name in nonempty(names)} <= {one.name for one in SUBCOMMANDS}


def test_documentation_shows_the_table() -> None:
    page = (REPOSITORY / "docs/terraform-commands.md").read_text()
    rows = re.findall(r"^\| (?:`([a-z -]+)`|(any other)) \| ([a-z ]+) \| (.+) \|$", page, re.MULTILINE)
    assert [(name or other, decision, effect) for name, other, decision, effect in rows] == [
        (one.name, str(one.decision), one.effect) for one in (*SUBCOMMANDS, UNKNOWN)
    ]


def test_evaluated_subcommands_are_gated() -> None:
    assert {one.name for one in SUBCOMMANDS if one.decision is Decision.EVALUATED} == set(GATED_COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "decision"),
    [
        (("init",), Decision.PASSED),
        (("init", "-input=false", "-upgrade"), Decision.PASSED),
        (("init", "-backend-config=bucket=other"), Decision.REASON),
        (("init", "--backend-config", "file.hcl"), Decision.REASON),
        (("-chdir=x", "init", "-migrate-state"), Decision.REASON),
        (("init", "-reconfigure=true"), Decision.REASON),
        (("init", "-reconfigure=false"), Decision.PASSED),
        (("state", "rm", "a.b"), Decision.REASON),
        (("state", "list"), Decision.PASSED),
        (("state", "new-command"), Decision.REFUSED),
        (("state",), Decision.PASSED),
        (("workspace", "select", "x"), Decision.REASON),
        (("providers",), Decision.PASSED),
        (("providers", "lock"), Decision.PASSED),
        (("stacks", "x"), Decision.REFUSED),
        (("test",), Decision.REASON),
        (("test", "-help"), Decision.PASSED),
        (("test", "-filter=x", "--help"), Decision.PASSED),
        (("test", "--", "-help"), Decision.REASON),
        (("test", "x", "--h"), Decision.REASON),
        (("workspace", "new", "--", "-help"), Decision.REASON),
        (("state", "rm", "--", "-h"), Decision.REASON),
        (("", "state", "rm", "a.b"), Decision.REASON),
        (("-chdir=x", "", "test"), Decision.REASON),
        (("-version",), Decision.PASSED),
        ((), Decision.PASSED),
    ],
)
def test_decisions(arguments: tuple[str, ...], decision: Decision) -> None:
    assert decided(*arguments) is decision


def test_flags_in_variables_count() -> None:
    assert decided("init", TF_CLI_ARGS_init="-migrate-state -force-copy") is Decision.REASON
    assert decided("init", TF_CLI_ARGS="-backend-config=x=y") is Decision.REASON
    assert decided("test", "-help", TF_CLI_ARGS_test="--") is Decision.REASON
    assert decided("state", TF_CLI_ARGS="rm a.b") is Decision.REASON
    assert decided("workspace", TF_CLI_ARGS_workspace="new x") is Decision.REASON


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        (("state", "rm", "a.b"), {"TF_CLI_ARGS_state_rm": "-dry-run"}, ("state", "rm", "-dry-run", "a.b")),
        (("state", "rm"), {"TF_CLI_ARGS_state_rm": "a.b"}, ("state", "rm", "a.b")),
        (("-chdir=x", "init"), {"TF_CLI_ARGS_init": "-upgrade"}, ("-chdir=x", "init", "-upgrade")),
        (("force-unlock", "x"), {"TF_CLI_ARGS_force_unlock": "-force"}, ("force-unlock", "-force", "x")),
        ((), {"TF_CLI_ARGS": "apply -auto-approve"}, ()),
        (("", "apply"), {}, ("apply",)),
    ],
)
def test_arguments_in_variables_are_part_of_the_command(
    arguments: tuple[str, ...], environ: dict[str, str], words: tuple[str, ...]
) -> None:
    assert parse(arguments, environ).words == words


def test_groups_are_those_of_the_table() -> None:
    names = {one.name.partition(" ")[0] for one in SUBCOMMANDS if " " in one.name and " -" not in one.name}
    assert names == COMMAND_GROUPS


@pytest.mark.parametrize("arguments", [("apply", "--", "-help"), ("plan", "-out=x", "--", "-h"), ("", "apply")])
def test_gated_commands_stay_gated(arguments: tuple[str, ...]) -> None:
    assert parse(arguments, {}).is_gated


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        (("plan", "-var", "password=hunter2"), "lakekit-terraform plan -var 'password=(hidden)'"),
        (("plan", "--var=password=a=b"), "lakekit-terraform plan '-var=password=(hidden)'"),
        (("init", "-backend-config=secret_key=x"), "lakekit-terraform init '-backend-config=secret_key=(hidden)'"),
        (("init", "-backend-config=prod.hcl"), "lakekit-terraform init -backend-config=prod.hcl"),
        (("plan", "-var-file=prod.tfvars"), "lakekit-terraform plan -var-file=prod.tfvars"),
        (("-chdir=x", "state", "rm", "a.b"), "lakekit-terraform -chdir=x state rm a.b"),
    ],
)
def test_secrets_are_removed_from_recorded_command_lines(arguments: tuple[str, ...], shown: str) -> None:
    assert redact(parse(arguments, {})) == shown


def test_values_of_variables_are_not_recorded(project: Project, prod: Path) -> None:
    done = project.run(GATE, "plan", cwd=prod, environ={"TF_CLI_ARGS_plan": "-var=label=hunter2"})
    assert done.returncode == 0, done.stderr
    text = (project.root / ".lakekit/plans.jsonl").read_text()
    assert "label=(hidden)" in text
    assert "hunter2" not in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("state", "rm", THING),
        ("state", "mv", THING, "terraform_data.other"),
        ("untaint", THING),
        ("workspace", "new", "blue"),
        ("init", "-reconfigure"),
        ("force-unlock", "-force", "x"),
        ("test",),
        ("test", "--", "-help"),
        ("stacks", "x"),
    ],
    ids=" ".join,
)
def test_command_is_refused_above_dev(project: Project, prod: Path, arguments: tuple[str, ...]) -> None:
    before = (project.root / f"{STACK}.tfstate").read_text()
    done = project.run(GATE, f"-chdir={prod}", *arguments, answer="yes\n")
    assert done.returncode == 1
    assert "Nothing was run" in done.stderr
    assert (project.root / f"{STACK}.tfstate").read_text() == before
    name = decide(parse(arguments, {})).name
    (record,) = commands(project, name)
    assert record.outcome == "refused"
    assert (record.origin.tier, record.origin.account_id) == ("prod", "111111111111")


def test_reason_allows_one_run_on_this_state(project: Project, prod: Path) -> None:
    done = project.run(GATE, "state", "rm", THING, cwd=prod)
    assert done.returncode == 1
    reason = ("--reason", "the queue moves to another stack")
    assert project.run("lakekit", "gate", "acknowledge", reason_line(done.stderr), *reason).returncode == 0
    other = project.run(GATE, "state", "rm", "-dry-run", THING, cwd=prod)
    assert other.returncode == 1, "another command line needs a reason of its own"
    assert applied(project, STACK)
    again = project.run(GATE, "state", "rm", THING, cwd=prod)
    assert again.returncode == 0, again.stderr
    assert not applied(project, STACK)
    _, started, ended = commands(project, "state rm")[0], *commands(project, "state rm")[-2:]
    assert (started.outcome, started.exit_code) == ("run", None)
    assert (ended.outcome, ended.exit_code) == ("run", 0)
    assert "the queue moves to another stack" in ended.acknowledged_by
    assert ended.serial is not None
    assert project.run(GATE, "state", "rm", THING, cwd=prod).returncode == 1, "the reason is used"


def test_reason_is_kept_if_the_state_is_locked(project: Project, prod: Path) -> None:
    done = project.run(GATE, "state", "rm", THING, cwd=prod)
    reason = ("--reason", "the queue moves to another stack")
    assert project.run("lakekit", "gate", "acknowledge", reason_line(done.stderr), *reason).returncode == 0
    with (project.root / f"{STACK}.tfstate").open("a+") as stream:
        fcntl.lockf(stream, fcntl.LOCK_EX)
        (project.root / f".{STACK}.tfstate.lock.info").write_text(json.dumps({"ID": "1234", "Who": "a@b"}))
        assert project.run(GATE, "state", "rm", THING, cwd=prod).returncode == 7
    again = project.run(GATE, "state", "rm", THING, cwd=prod)
    assert again.returncode == 0, again.stderr


def test_reason_is_bound_to_arguments_in_variables(project: Project, prod: Path) -> None:
    dry = {"TF_CLI_ARGS_state_rm": "-dry-run"}
    done = project.run(GATE, "state", "rm", THING, cwd=prod, environ=dry)
    assert done.returncode == 1
    assert commands(project, "state rm")[-1].origin.command == f"lakekit-terraform state rm -dry-run {THING}"
    reason = ("--reason", "shows what the move of the queue removes")
    assert project.run("lakekit", "gate", "acknowledge", reason_line(done.stderr), *reason).returncode == 0
    assert project.run(GATE, "state", "rm", THING, cwd=prod).returncode == 1
    assert project.run(GATE, "state", "rm", THING, cwd=prod, environ=dry).returncode == 0
    assert applied(project, STACK)


def test_help_does_not_authorize_the_stack(project: Project, prod: Path) -> None:
    shim = Path(project.environ["LAKEKIT_TERRAFORM"])
    shim.write_text('#!/bin/sh\necho "variable: $TF_VAR_lakekit_plan_gate."\n')
    assert "variable: ." in project.run(GATE, "test", "-help", cwd=prod).stdout
    assert f"variable: {STACK}." in project.run(GATE, "console", cwd=prod).stdout


def test_reason_is_bound_to_the_serial(project: Project, prod: Path) -> None:
    done = project.run(GATE, "state", "rm", THING, cwd=prod)
    reason = ("--reason", "the queue moves to another stack")
    assert project.run("lakekit", "gate", "acknowledge", reason_line(done.stderr), *reason).returncode == 0
    assert project.run(GATE, "apply", "-auto-approve", "-var=label=two", cwd=prod).returncode == 0
    assert project.run(GATE, "state", "rm", THING, cwd=prod).returncode == 1
    assert applied(project, STACK)


def test_state_commands_run_in_dev_and_are_recorded(project: Project, folder: Path) -> None:
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    pulled = project.run(GATE, "state", "pull", cwd=folder)
    done = project.run(GATE, "state", "push", "-force", "-", cwd=folder, answer=pulled.stdout)
    assert done.returncode == 0, "standard input reaches Terraform"
    assert project.run(GATE, "state", "rm", THING, cwd=folder).returncode == 0
    assert [record.exit_code for record in commands(project, "state rm")] == [None, 0]


def test_reader_that_ends_early_does_not_end_a_state_command(project: Project, folder: Path) -> None:
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    done = project.run("bash", "-c", f"{GATE} state rm {THING} | true; exit ${{PIPESTATUS[0]}}", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert not applied(project, "dev-one")
    assert not (project.root / ".dev-one.tfstate.lock.info").exists()


def test_passed_commands_are_recorded_above_dev(project: Project, prod: Path) -> None:
    assert project.run(GATE, "output", "-json", cwd=prod).returncode == 0
    assert project.run(GATE, "console", cwd=prod, answer="1 + 1\n").stdout.strip() == "2"
    assert [record.outcome for record in commands(project, "output")] == ["passed"]
    assert [record.outcome for record in commands(project, "console")] == ["passed"]


def test_refresh_is_an_evaluated_plan(project: Project, prod: Path) -> None:
    done = project.run(GATE, "refresh", cwd=prod)
    assert done.returncode == 0, done.stderr
    assert "CLEAN" in done.stderr
    project.reject_plan(prod)
    assert project.run(GATE, "refresh", cwd=prod).returncode == 1


def test_taint_is_a_plan_that_needs_an_acknowledgement_above_dev(project: Project, prod: Path) -> None:
    before = (project.root / f"{STACK}.tfstate").read_text()
    done = project.run(GATE, "taint", THING, cwd=prod, answer="yes\n")
    assert done.returncode == 1
    assert f"-replace={THING}" in done.stderr
    assert (project.root / f"{STACK}.tfstate").read_text() == before


def test_taint_asks_and_replaces(project: Project, folder: Path) -> None:
    assert project.run(GATE, "apply", "-auto-approve", cwd=folder).returncode == 0
    dismissed = project.run(GATE, "taint", THING, cwd=folder, answer="no\n")
    assert dismissed.returncode == 1
    done = project.run(GATE, "taint", THING, cwd=folder, answer="yes\n")
    assert done.returncode == 0, done.stderr
    assert "1 added, 0 changed, 1 destroyed" in done.stdout
    records, _ = PlanRecords(project.root / ".lakekit/plans.jsonl").read()
    assert records[-1].origin.command == f"lakekit-terraform taint {THING}"


def test_import_is_a_plan(project: Project, folder: Path) -> None:
    done = project.run(GATE, "import", THING, "imported-id", cwd=folder, answer="yes\n")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 imported" in done.stdout
    assert project.state("dev-one") == [THING]
    assert sorted(file.name for file in folder.glob("*.tf.json")) == ["cdk.tf.json"]


def test_import_of_an_address_in_the_state_is_an_error(project: Project, folder: Path) -> None:
    assert project.run(GATE, "import", THING, "imported-id", cwd=folder, answer="yes\n").returncode == 0
    state = (project.root / "dev-one.tfstate").read_text()
    records, _ = PlanRecords(project.root / ".lakekit/plans.jsonl").read()
    done = project.run(GATE, "import", THING, "other-id", cwd=folder, answer="yes\n")
    assert done.returncode == 1
    assert f"Error: {THING} is in the state already: other-id was not imported" in done.stderr
    assert f"lakekit-terraform state rm '{THING}'" in done.stderr
    assert "Apply complete" not in done.stdout
    assert (project.root / "dev-one.tfstate").read_text() == state
    now, _ = PlanRecords(project.root / ".lakekit/plans.jsonl").read()
    assert [one.applied for one in now[len(records) :]] == [""]


def test_rejected_import_changes_nothing(project: Project, folder: Path) -> None:
    project.reject_plan(folder)
    done = project.run(GATE, "import", THING, "imported-id", cwd=folder, answer="yes\n")
    assert done.returncode == 1
    assert not applied(project)
    assert sorted(file.name for file in folder.glob("*.tf.json")) == ["cdk.tf.json"]


@pytest.mark.parametrize("arguments", [("import", THING), ("taint",), ("refresh", "x")], ids=" ".join)
def test_wrong_number_of_arguments(project: Project, folder: Path, arguments: tuple[str, ...]) -> None:
    done = project.run(GATE, *arguments, cwd=folder)
    assert done.returncode == 1
    assert f"{arguments[0]}: expected" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        "untaint a.b",
        "state rm a.b",
        "state mv a.b c.d",
        "state push x",
        "workspace select x",
        "force-unlock -force 1",
        "init -reconfigure",
        "test",
        "console",
        "validate",
        "output x",
        "state show a.b",
        "state replace-provider a b",
    ],
)
def test_no_command_prints_colours_in_a_pipe(project: Project, folder: Path, command: str) -> None:
    done = project.run(GATE, *command.split(), cwd=folder, answer="foo.bar.x\n")
    assert "\x1b" not in done.stdout + done.stderr
    assert "-no-color" not in done.stderr


@pytest.mark.parametrize("command", ["plan", "apply -auto-approve", "refresh"])
def test_values_cannot_control_the_terminal(project: Project, command: str) -> None:
    text = "one\n\x1b]0;title\x07\x1b[2J\u202e\u009b\n"
    folder = project.synthesized("dev-one", thing={"input": text})
    file = folder / "cdk.tf.json"
    document = json.loads(file.read_text())
    file.write_text(json.dumps(document | {"output": {"label": {"value": text}}}))
    shown = project.run(GATE, *command.split(), cwd=folder)
    assert shown.returncode == 0, shown.stderr
    assert not set("\x1b\x07\u202e\u009b") & set(shown.stdout + shown.stderr)
    assert "title" in shown.stdout
