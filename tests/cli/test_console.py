"""Console output: no escape sequences outside a terminal, and untrusted text has no effect."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from cli_project import REPOSITORY, Project

from lakekit_cli.output import console as output
from lakekit_policies.gate.connections import ENGINE_PYTHON
from lakekit_policies.report.console import open_console

LAKEKIT = "lakekit"


class Tty(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def printed(stream: io.StringIO) -> str:
    open_console(stream).print("[bold red]text[/]")
    return stream.getvalue()


def test_escape_sequences_are_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b" in printed(Tty())
    for variable, value in (("FORCE_COLOR", "0"), ("FORCE_COLOR", "1"), ("CLICOLOR_FORCE", "1")):
        monkeypatch.setenv(variable, value)
        assert printed(io.StringIO()) == "text\n"


@pytest.mark.parametrize(("variable", "value"), [("NO_COLOR", "1"), ("TERM", "dumb"), ("TERM", "")])
def test_plain_terminals_get_plain_text(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    assert printed(Tty()) == "text\n"


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["lakekit env list", "lakekit-terraform version"])
def test_closed_streams_are_discarded(dev: Project, command: str, closed: str) -> None:
    done = dev.run("sh", "-c", f"{command} {closed}")
    assert done.returncode == 0
    assert done.stderr == ""


@pytest.mark.parametrize("command", ["lakekit env list", "lakekit policies list", "lakekit env show dev"])
def test_reader_that_ends_early_changes_no_exit_code(dev: Project, command: str) -> None:
    done = dev.run("bash", "-c", f"set -o pipefail; {command} | true")
    assert (done.returncode, "Error" in done.stderr) == (0, False)


@pytest.mark.parametrize(
    "command", ["env list", "names dev", "policies list", "env show dev", "env list --format json"]
)
def test_output_that_cannot_be_written_is_an_error(dev: Project, command: str) -> None:
    done = dev.run("bash", "-c", f"lakekit {command} >/dev/full")
    assert done.returncode == 4, done.stderr
    assert done.stderr.startswith("Error: No space left on device\nWhere: standard output\n")
    assert "Exception ignored" not in done.stderr


def test_closed_terminal_is_an_interrupt(dev: Project) -> None:
    (dev.root / "plan.json").write_text("{}")
    engine = dev.root / "slow-python"
    engine.write_text("#!/bin/sh\nexec sleep 60\n")
    engine.chmod(0o755)
    terminal = dev.terminal("lakekit", "gate", "plan", "plan.json", environ={ENGINE_PYTHON: str(engine)})
    terminal.expect("gate …")
    terminal.hang_up()
    assert os.waitstatus_to_exitcode(os.waitpid(terminal.pid, 0)[1]) == 130


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "utf-8"])
def test_characters_that_a_stream_lacks_are_escaped(dev: Project, encoding: str) -> None:
    for command in (["names", "dev"], ["policies", "explain", "LK_S3_3"], ["env", "show", "missing"]):
        done = dev.run(LAKEKIT, *command, environ={"PYTHONIOENCODING": encoding})
        assert done.returncode == (2 if "missing" in command else 0), done.stderr
        assert "internal error" not in done.stderr


@pytest.mark.parametrize("columns", ["20", "40", "59"])
def test_rules_are_explained_on_narrow_terminals(dev: Project, columns: str) -> None:
    done = dev.run(LAKEKIT, "policies", "explain", "LK_S3_3", environ={"COLUMNS": columns})
    assert "severity: high\n" in done.stdout


def test_other_programs_get_each_row_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    listing = output.make_table("kind", "name")
    listing.add_row("zone", "name-" * 60)
    output.print_table(listing)
    assert f"zone   {'name-' * 60}" in capsys.readouterr().out


@pytest.mark.parametrize("columns", ["20", "45"])
@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_tables_are_readable_on_narrow_terminals(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str, term: str
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setenv("TERM", term)
    columns_of_table = ("stack", "status", "added", "changed", "destroyed", "init s", "plan s", "gate s", "")
    listing = output.make_table(*columns_of_table)
    for name in ("dev-storage", "dev-snowflake-account"):
        listing.add_row(name, "partly applied", "1", "2", "3", "4.0", "5.0", "6.0", "note")
    output.print_table(listing)
    lines = capsys.readouterr().out.splitlines()
    for line in ("stack: dev-storage", "stack: dev-snowflake-account", "status: partly applied", "gate s: 6.0", "note"):
        assert line in lines
    small = output.make_table("name")
    small.add_row("raw")
    output.print_table(small)
    assert "name: raw" not in capsys.readouterr().out, "a table that fits stays a table"


def test_cells_and_messages_are_cleaned(capsys: pytest.CaptureFixture[str]) -> None:
    listing = output.make_table("name", "note")
    listing.add_row("[red]sales[/red]", "a\x1b[2Jb\u202e\n::error::x")
    output.print_table(listing)
    output.echo("::error::\x1b]0;x\x07")
    output.echo_stderr("first\r::error::second")
    found = capsys.readouterr()
    assert "[red]sales[/red]" in found.out
    assert "\x1b" not in found.out
    assert "\\u202e" in found.out
    assert "\n::" not in found.out.replace(" ", "")
    assert "\r" not in found.err


def test_synth_in_a_pipe_prints_no_escape_sequences(dev: Project) -> None:
    for environ in ({}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "0"}):
        done = dev.run(LAKEKIT, "synth", "dev", environ=environ)
        assert done.returncode == 0, done.stderr
        assert "\x1b" not in done.stdout + done.stderr
    terminal = dev.terminal(LAKEKIT, "synth", "dev", environ={"NO_COLOR": "1"})
    assert terminal.code() == 0
    assert "\x1b[" not in terminal.raw


def test_arguments_are_cleaned_in_errors(project: Project) -> None:
    for arguments in (["\x1b[2Jdeploy"], ["env", "show", "a\x1bb"], ["gate", "plan", "\x1b[31m.json"], ["--\x1b"]):
        done = project.run(LAKEKIT, *arguments)
        assert done.returncode in {2, 3}
        assert "\x1b" not in done.stderr
        assert "x1b" in done.stderr


@pytest.mark.parametrize("module", ["lakekit_cli.main", "click"])
def test_interrupt_while_the_command_is_imported(tmp_path: Path, module: str) -> None:
    program = (
        "import importlib.abc, sys\n"
        "class Interrupts(importlib.abc.MetaPathFinder):\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name == {module!r}:\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "from lakekit_cli.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (130, "\nInterrupted.\n")
    scripts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts["lakekit"] == "lakekit_cli.__main__:main"


@pytest.mark.parametrize("command", ["lakekit env list", "lakekit doctor", "lakekit-terraform plan"])
def test_removed_folder_is_named(dev: Project, command: str) -> None:
    done = dev.run("sh", "-c", f"mkdir gone; cd gone; rmdir ../gone; {command}")
    assert done.returncode == 4, done.stderr
    assert "the current folder does not exist any more" in done.stderr
    assert "change to a folder that exists" in done.stderr
