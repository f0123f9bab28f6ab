"""Bad input for every command: one message with problem, place and fix, and a documented exit code."""

from __future__ import annotations

import errno
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_project import REPOSITORY, Project, wait_for, wait_until

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.main import COMMANDS, main
from lakekit_cli.output.reports import write_atomically
from lakekit_cli.run_output.closing import closing_lines
from lakekit_cli.run_output.display import RunDisplay
from lakekit_cli.run_output.logs import RunLogs
from lakekit_cli.run_output.progress import StackProgress, Status
from lakekit_cli.terraform_gate.acknowledge import NotAcknowledgedError, record_acknowledgement
from lakekit_cli.terraform_gate.arguments import parse
from lakekit_cli.terraform_gate.main import main as terraform_gate
from lakekit_cli.terraform_gate.stack import without_color
from lakekit_policies import Finding, Verdict
from lakekit_policies.gate.connections import ENGINE_PYTHON
from lakekit_policies.shared.counted import counted

CONTENTS = {
    "empty": b"",
    "text": b"hello",
    "binary": bytes(range(256)),
    "list": b"[]",
    "deep": b"[" * 100_000,
}
KINDS = ("missing", "folder", "loop", "fifo", "huge", *CONTENTS)

# Commands that read or write a file; @ is the file. None of them starts the rule engine before it reads it.
WITH_FILE = (
    "gate plan plan.json --baseline @",
    "gate plan plan.json --waivers @",
    "gate synth cdktf.out --waivers @",
    "gate plan plan.json --boundary @",
    "gate verify @",
    "gate verify plan.json --records @",
    "access dev --synthesized @",
    "snowflake bootstrap dev --key @",
    "snowflake verify dev --synthesized @",
    "check dev --baseline @",
    "state discard dev-one @ --reason 'three short words'",
    "env validate @",
)
WITH_NAME = (
    "env show @",
    "env validate @",
    "check @",
    "synth @",
    "plan @",
    "bootstrap @",
    "certificates @",
    "deploy @ --auto-approve",
    "destroy @ --auto-approve",
    "names @",
    "access @",
    "smoke @",
    "policies evidence @",
    "snowflake verify @",
    "aws verify @",
    "snowflake bootstrap @ --key plan.json",
    "snowflake usage @",
)
OTHERS = (
    "gate acknowledge 00 --reason 'the bucket was retired'",
    "gate acknowledge ../x --reason 'the bucket was retired'",
    "gate plan missing.json",
    "gate synth missing",
    "state show nope",
    "state recover nope",
    "state recover ../../x",
    "state discard nope x --reason 'three short words'",
    "policies explain X",
    "policies list --pack nope",
    "completion tcsh",
    "names dev --kind x",
    "env new dev",
    "local resett",
    "doctor --format xml",
)
ALWAYS = {int(ExitCode.USAGE), int(ExitCode.INTERRUPTED)}
PAGE = (REPOSITORY / "docs/exit-codes.md").read_text()


def documented(line: str) -> set[int]:
    """The codes, other than 0, that docs/exit-codes.md lists for the command of a command line."""
    found = set(ALWAYS)
    for names, codes in re.findall(r"^\| (`.*?`) \| (.*?) \|$", PAGE, re.MULTILINE):
        if any(f"{line} ".startswith(f"{name} ") for name in re.findall(r"`(.*?)`", names)):
            found |= {int(code) for code in re.findall(r"\d+", codes)}
    return found


@pytest.fixture
def prepared(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A synthesized project that is the current folder of this process."""
    project.environment("dev")
    project.stack("dev-one")
    shutil.copytree(project.root / "prepared", project.root / "cdktf.out")
    (project.root / "plan.json").write_text("{}")
    for name in [name for name in os.environ if name.startswith("LAKEKIT")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(project.root)
    return project


def run(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Run a command in this process; return its exit code and what it printed."""
    with pytest.raises(SystemExit) as ended:
        main(shlex.split(line))
    shown = capsys.readouterr()
    code = ended.value.code
    assert isinstance(code, int)
    assert code in documented(line), f"{line} ended with {code}: {shown.out + shown.err}"
    return code, shown.out + shown.err


def require_explained(code: int, shown: str) -> None:
    assert code != int(ExitCode.OK), shown
    for internal in ("Traceback", "internal error", "RecursionError", "maximum recursion"):
        assert internal not in shown
    usage = re.search(r"^Try 'lakekit .* -h' for help", shown, re.MULTILINE)
    parts = [re.search(rf"^{part}: +\S", shown, re.MULTILINE) for part in ("Error", "Where", "Fix")]
    # `gate verify` compares records and lists what differs.
    assert all(parts) or usage or shown.lstrip().startswith(("NOT VERIFIED", "Warning: "))


@pytest.mark.usefixtures("deadline")
@pytest.mark.parametrize("command", WITH_FILE)
def test_unusable_file(prepared: Project, capsys: pytest.CaptureFixture[str], command: str) -> None:
    for kind in KINDS:
        file = prepared.root / f"bad-{kind}"
        if kind == "folder":
            file.mkdir()
        elif kind == "loop":
            file.symlink_to(file.name)
        elif kind == "fifo":
            os.mkfifo(file)
        elif kind == "huge":
            file.touch()
            os.truncate(file, 1 << 40)
        elif kind in CONTENTS:
            file.write_bytes(CONTENTS[kind])
        require_explained(*run(command.replace("@", file.name), capsys))


@pytest.mark.parametrize("command", WITH_NAME)
def test_unknown_environment(prepared: Project, capsys: pytest.CaptureFixture[str], command: str) -> None:
    code, shown = run(command.replace("@", "nope"), capsys)
    assert code == int(ExitCode.USAGE)
    assert f"Where: {prepared.root}/stacks/environments" in shown
    assert "there are: dev" in shown
    require_explained(code, shown)


@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("command", OTHERS)
def test_unusable_argument(capsys: pytest.CaptureFixture[str], command: str) -> None:
    require_explained(*run(command, capsys))


def test_every_command_is_tried() -> None:
    tried = {line.split()[0] for line in (*WITH_FILE, *WITH_NAME, *OTHERS)}
    assert tried == set(COMMANDS)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ('{"app": "python \'main.py"}', "the app `python 'main.py` cannot be started: no closing quotation"),
        ('{"app": 5}', "app is 5, expected a command line"),
        ("[" * 100_000, "invalid cdktf.json"),
    ],
)
def test_unusable_cdktf_json(
    prepared: Project, capsys: pytest.CaptureFixture[str], document: str, problem: str
) -> None:
    (prepared.root / "cdktf.json").write_text(document)
    code, shown = run("synth dev", capsys)
    assert code == int(ExitCode.SETUP), shown
    assert problem in shown
    assert f"Where: {prepared.root}/cdktf.json" in shown
    require_explained(code, shown)


def test_plan_that_is_not_json_is_named(dev: Project, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text("hello")
    done = dev.run("lakekit", "gate", "plan", str(tmp_path / "p.json"))
    assert done.returncode == 3
    assert f"Where: {tmp_path}/p.json:1:1\nFix:   " in done.stderr


def test_stack_that_does_not_exist_is_reported_before_cdktf_starts(dev: Project) -> None:
    done = dev.run("lakekit", "deploy", "dev", "--auto-approve", "--stack", "oen")
    assert done.returncode == 2
    assert "Error: no stack of dev matches 'oen'; it has dev-one, dev-two\nWhere: --stack\n" in done.stderr
    assert "did you mean 'dev-one'?" in done.stderr
    assert not (dev.root / ".lakekit/logs").exists()


@pytest.mark.parametrize(
    ("typed", "reason", "where", "fix"),
    [
        ("d" * 16, "short", "--reason", "write a sentence"),
        ("e" * 16, "the bucket was emptied and is retired", "DIGEST", "pass the digest"),
    ],
)
def test_acknowledgement_names_the_argument(tmp_path: Path, typed: str, reason: str, where: str, fix: str) -> None:
    finding = Finding("LK_PLAN_1", "t", "high", "dev-one", "aws_s3_bucket.raw", "", "is deleted", "do")
    verdict = Verdict(
        stage="plan", findings=[finding], rules_run=1, resources=1, stacks=["dev-one"], seconds=0.1,
        plan_digest="d" * 16,
    )  # fmt: skip
    with pytest.raises(NotAcknowledgedError) as raised:
        record_acknowledgement(tmp_path, verdict, typed, reason)
    assert raised.value.where == where
    assert fix in str(raised.value.fix)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_full_disk_names_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(*_arguments: object, **_options: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match=re.escape(str(tmp_path / "report.json"))):
        write_atomically("text", tmp_path / "report.json")


@pytest.mark.parametrize("file", [None, "records.jsonl"])
def test_full_disk_ends_the_gate_with_place_and_fix(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], file: str | None
) -> None:
    def full(*_arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file)

    monkeypatch.setattr(sys.modules[terraform_gate.__module__], "_run", full)
    with pytest.raises(SystemExit) as ended:
        terraform_gate(["apply"])
    assert ended.value.code == 4
    assert capfd.readouterr().err == (
        f"lakekit-terraform: {file or Path.cwd()}: No space left on device\n"
        "Fix: free disk space, then run the command again\nNothing further was applied.\n"
    )


# -- output ---------------------------------------------------------------------------------------------------------


def test_numbers_have_the_right_noun() -> None:
    assert [counted(number, "stack") for number in (0, 1, 2)] == ["0 stacks", "1 stack", "2 stacks"]


def test_names_of_stacks_are_one_safe_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stack = StackProgress("dev-one\r\n::error::x\x1b[2J\u202e", status=Status.PLAN)
    RunDisplay(RunLogs(tmp_path)).update([stack])
    RunDisplay(RunLogs(tmp_path), verbose=True).log_line(stack.name, "line")
    shown = capsys.readouterr().err
    assert shown.count("\n") == 2
    assert closing_lines([stack], "lakekit deploy dev")[1].count("\n") == 0
    for unsafe in ("\r", "\x1b", "\u202e", " ::error::"):
        assert unsafe not in shown


@pytest.mark.parametrize("line", ["plan -out=x", "apply", "init", "destroy -auto-approve", "show", "output -json"])
@pytest.mark.parametrize("colored", [True, False])
def test_terraform_prints_no_colour_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, line: str, colored: bool
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    command = parse(line.split(), {})
    assert without_color(command, {}) == command
    if colored:
        monkeypatch.setattr("sys.stdout.isatty", lambda: False)
    plain = without_color(command, {} if colored else {"NO_COLOR": "1"})
    arguments = plain.plan_arguments("p") if plain.name in ("plan", "apply", "destroy") else plain.words
    assert "-no-color" in arguments


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("workspace list", "workspace list -no-color"),
        ("state rm a.b", "state rm -no-color a.b"),
        ("state -help", "state -help"),
        ("workspace", "workspace -no-color"),
        ("no-such-command", "no-such-command"),
    ],
)
def test_option_without_colour_follows_the_command(line: str, expected: str) -> None:
    assert " ".join(without_color(parse(line.split(), {}), {"NO_COLOR": "1"}).words) == expected


def test_output_in_a_pipe_has_no_escape_sequences(project: Project, folder: Path) -> None:
    for command in (["init"], ["apply", "-auto-approve"], ["show"], ["output"]):
        done = project.run("lakekit-terraform", *command, cwd=folder)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout + done.stderr


def test_saved_plan_that_is_no_plan_prints_no_escape_sequences(project: Project, folder: Path) -> None:
    (folder / "bin.plan").write_bytes(bytes(range(256)))
    done = project.run("lakekit-terraform", "apply", "bin.plan", cwd=folder)
    assert done.returncode == int(ExitCode.NOT_EVALUATED)
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_cursor_is_shown_again_after_a_signal(dev: Project, number: signal.Signals) -> None:
    (dev.root / "plan.json").write_text("{}")
    engine = dev.root / "slow-python"
    engine.write_text("#!/bin/sh\nexec sleep 60\n")  # the gate waits for its engine when the signal comes
    engine.chmod(0o755)
    terminal = dev.terminal("lakekit", "gate", "plan", "plan.json", environ={ENGINE_PYTHON: str(engine)})
    terminal.expect("gate …")
    os.kill(terminal.pid, number)
    assert terminal.code() == 130
    assert terminal.raw.rindex("\x1b[?25h") > terminal.raw.rindex("\x1b[?25l")


def test_terminated_synthesis_ends_the_app(dev: Project) -> None:
    app = f"trap 'touch {dev.root}/ended; exit 1' TERM; touch {dev.root}/synthesizing; sleep 61.5 & wait"
    file = dev.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": app}))
    run = dev.start("lakekit", "synth", "dev")
    wait_for(dev.root / "synthesizing")
    run.terminate()
    assert run.wait(30) == 130
    assert (dev.root / "ended").exists()
    # The programs that the app has started end with it.
    wait_until(lambda: not is_running("sleep 61.5"), seconds=20)


def test_program_that_has_lost_the_signal_ends_with_the_app(dev: Project) -> None:
    # A program that the app is starting when the signal comes, before it is executed.
    program = dev.root / "lost.py"
    program.write_text(
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: signal.signal(signal.SIGTERM, signal.SIG_DFL))\n"
        f"open({str(dev.root / 'synthesizing')!r}, 'w').close()\n"
        "time.sleep(62.5)\n"
    )
    command = f"{sys.executable} {program}"
    file = dev.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": f"trap 'exit 1' TERM; {command} & wait"}))
    run = dev.start("lakekit", "synth", "dev")
    wait_for(dev.root / "synthesizing")
    run.terminate()
    assert run.wait(30) == 130
    wait_until(lambda: not is_running(command), seconds=20)


def test_second_signal_kills_an_app_that_ignores_the_first(dev: Project) -> None:
    file = dev.root / "cdktf.json"
    app = f"trap '' TERM INT; touch {dev.root}/synthesizing; sleep 63.5"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": app}))
    run = dev.start("lakekit", "synth", "dev")
    wait_for(dev.root / "synthesizing")
    run.terminate()
    time.sleep(1.5)
    run.terminate()
    assert run.wait(30) == 130
    wait_until(lambda: not is_running("sleep 63.5"), seconds=20)


def test_program_that_ignores_the_signal_ends_with_the_app(dev: Project) -> None:
    app = f"(trap '' TERM; touch {dev.root}/synthesizing; exec sleep 64.5) & wait"
    file = dev.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": app}))
    run = dev.start("lakekit", "synth", "dev")
    wait_for(dev.root / "synthesizing")
    run.terminate()
    assert run.wait(30) == 130
    assert not is_running("sleep 64.5")


def is_running(command: str) -> bool:
    listed = subprocess.run(["ps", "-ww", "-eo", "stat=,args="], capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 1) for line in listed.splitlines())
    return any(row[1:] == [command] and not row[0].startswith("Z") for row in rows)
