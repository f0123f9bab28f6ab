"""Every exit code that docs/exit-codes.md lists for a command is produced by a test, and every command is listed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click
import pytest
from cli_project import REPOSITORY, Project
from test_names_and_completion import commands

from lakekit_cli import main as command_line
from lakekit_cli.exit_codes import DESCRIPTIONS, ExitCode
from nonempty import nonempty

LAKEKIT = "lakekit"
COMMANDS = dict(commands(command_line.lakekit))
PAGE = (REPOSITORY / "docs/exit-codes.md").read_text()

# Arguments that commands require.
ARGUMENTS = {
    "env show": ["dev"],
    "env new": ["x", "--account-id", "1", "--owner", "x", "--cost-center", "x"],
    **{name: ["dev"] for name in ("plan", "names", "aws verify", "bootstrap", "certificates", "smoke", "access")},
    "local check-engines": ["local"],
    **{name: ["dev", "--auto-approve"] for name in ("deploy", "destroy")},
    **{f"snowflake {name}": ["dev"] for name in ("verify", "usage")},
    "snowflake bootstrap": ["dev", "--key", "k.p8"],
    "policies evidence": ["dev"],
    **{f"local engines {name}": ["kafka"] for name in ("install", "remove")},
    **{f"state {name}": ["dev-one"] for name in ("show", "recover")},
    "state discard": ["dev-one", "x", "--reason", "x"],
    "local reset": ["--yes"],
    "policies explain": ["LK_S3_3"],
    "completion": ["bash"],
    "gate synth": ["cdktf.out"],
    "gate plan": ["plan.json"],
    "gate verify": ["plan.json"],
    "gate acknowledge": ["x", "--reason", "x"],
}
SYNTHESIZING = ("synth", "check", "plan", "deploy", "destroy", "access", "policies evidence")

# Codes that other tests produce.
_LOCKS = "test_run_locks.py::test_second_run_names_the_first_and_leaves_its_stacks"
_LOCAL_LOCKS = "test_run_locks.py::test_local_cloud_of_a_run_is_neither_stopped_nor_removed"
_STATE = "test_errored_state.py"
ELSEWHERE = {
    **{(name, 7): _LOCKS for name in ("synth", "check", "plan", "deploy", "destroy", "policies evidence")},
    **{(f"local {name}", 7): _LOCAL_LOCKS for name in ("down", "reset", "check-engines")},
    ("smoke", 7): _LOCAL_LOCKS,
    ("check", 6): "test_access_check.py::test_a_broken_plane_exits_with_6",
    ("access", 6): "test_access_command.py::test_conflicting_planes_exit_with_6",
    **{(name, 1): "test_aws_errors.py::test_rejected_calls_are_those_of_aws" for name in ("bootstrap", "certificates")},
    ("aws verify", 1): "../local_cloud/test_aws_verify.py::test_an_account_is_verified",
    ("smoke", 1): "../local_cloud/test_deployment.py::test_smoke_test_can_be_repeated",
    ("local status", 1): "../local_cloud/test_local_cloud_lifecycle.py::test_local_commands",
    ("local why", 1): "../local_cloud/test_local_why.py::test_last_denial_with_its_addresses",
    ("local check-engines", 1): "../local_cloud/test_check_engines.py::test_refused_calls_are_named",
    ("gate synth", 5): "test_gate_reports.py::test_waiver_problems_exit_with_5",
    ("gate plan", 5): "test_gate_reports.py::test_waiver_problems_exit_with_5",
    ("gate verify", 1): "test_gate_verify.py::test_rejected_plan_is_not_verified",
    ("gate plan", 1): "test_gate_reports.py::test_external_plan_is_evaluated_and_waived_by_address",
    ("snowflake verify", 1): "test_snowflake_commands.py::test_verify_lists_drift_and_exits_with_1",
    ("snowflake usage", 1): "test_snowflake_commands.py::test_usage_without_a_warehouse_is_an_error",
    ("snowflake bootstrap", 1): "test_snowflake_commands.py::test_usage_without_a_warehouse_is_an_error",
    **{(f"state {name}", 1): f"{_STATE}::test_" for name in ("recover", "discard")},
    **{
        (f"state {name}", 7): f"{_STATE}::test_one_recovery_of_a_stack_runs_at_a_time"
        for name in ("recover", "discard")
    },
    ("local engines install", 4): "../unit/test_engine_installation.py::test_what_is_not_pinned_is_not_installed",
    ("state show", 1): "test_bad_input.py::test_unusable_argument",
}


def documented() -> dict[str, set[int]]:
    """Return the codes of the table `Codes by command`."""
    found: dict[str, set[int]] = {}
    for line in PAGE.partition("## Codes by command")[2].splitlines():
        names, codes = re.findall(r"`([a-z -]+)`", line), re.findall(r"\d+", line.rpartition(" | ")[2])
        for name in names if line.startswith("| `") else ():
            found.setdefault(name, set()).update(int(code) for code in codes)
    return found


DOCUMENTED = documented()
# Engines are installed for all projects.
ANYWHERE = ("doctor", "local engines install")
OUTSIDE = sorted(name for name, codes in DOCUMENTED.items() if 4 in codes and name not in ANYWHERE)
EXECUTED = (
    {(name, code) for name in SYNTHESIZING for code in (1, 3, 5)}
    | {(name, 4) for name in OUTSIDE}
    | {("doctor", 4), ("gate synth", 1), ("gate synth", 3), ("gate plan", 3)}
)


def test_every_command_and_code_is_documented() -> None:
    assert set(DOCUMENTED) == set(COMMANDS)
    rows = {int(code) for code in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert rows == {int(code) for code in ExitCode} == {int(code) for code in DESCRIPTIONS}


def test_every_documented_code_is_produced_by_a_test() -> None:
    pairs = {(name, code) for name, codes in DOCUMENTED.items() for code in codes}
    assert pairs - EXECUTED - set(ELSEWHERE) == set()
    for pair, test in nonempty(ELSEWHERE.items()):
        assert pair in pairs, pair
        file, _, name = test.partition("::")
        assert f"def {name}" in (Path(__file__).parent / file).read_text(), test


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_rejects_unknown_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, code in ((["--help"], ExitCode.OK), (["--no-such-option"], ExitCode.USAGE)):
        with pytest.raises(SystemExit) as ended:
            command_line.main([*name.split(), *arguments])
        assert ended.value.code == code
    assert "no-such-option" in capsys.readouterr().err.lower()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_interrupted(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(click.Command, "invoke", interrupt)
    with pytest.raises(SystemExit) as ended:
        command_line.main([*name.split(), *ARGUMENTS.get(name, [])])
    assert ended.value.code == ExitCode.INTERRUPTED


@pytest.mark.parametrize("name", OUTSIDE)
def test_command_outside_a_project_exits_with_4(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LAKEKIT_PROJECT_DIR", raising=False)
    with pytest.raises(SystemExit) as ended:
        command_line.main([*name.split(), *ARGUMENTS.get(name, [])])
    assert ended.value.code == ExitCode.SETUP
    shown = capsys.readouterr().err
    for part in ("Error: no cdktf.json", "Where:", "Fix:"):
        assert part in shown


@pytest.mark.parametrize("code", [1, 3, 5])
@pytest.mark.parametrize("name", SYNTHESIZING)
def test_code_of_the_app_is_passed_on(dev: Project, name: str, code: int) -> None:
    file = dev.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": f"exit {code}"}))
    done = dev.run(LAKEKIT, *name.split(), *ARGUMENTS.get(name, []))
    assert done.returncode == code, done.stderr


@pytest.mark.parametrize("code", [2, 6, 7, 42, 137])
def test_other_codes_of_the_app_are_failures(dev: Project, code: int) -> None:
    file = dev.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": f"exit {code}"}))
    assert dev.run(LAKEKIT, "synth", "dev").returncode == ExitCode.FAILED


def test_gate_exits_with_1_for_findings_and_3_without_a_verdict(out: Project) -> None:
    assert out.run(LAKEKIT, "gate", "synth", "cdktf.out").returncode == ExitCode.FAILED
    for command in ("synth", "plan"):
        assert out.run(LAKEKIT, "gate", command, "nowhere").returncode == ExitCode.NOT_EVALUATED


def test_missing_package_names_the_extra(dev: Project) -> None:
    program = (
        "import sys\n"
        "from lakekit_cli.main import _report_error\n"
        "sys.exit(_report_error(ModuleNotFoundError('x', name='moto.core')))"
    )
    done = dev.run("python", "-c", program)
    assert done.returncode == ExitCode.SETUP
    assert "pip install 'lakekit[local]'" in done.stderr
