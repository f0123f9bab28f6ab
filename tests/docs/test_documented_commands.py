"""Every documented command line is executed once, here or by a test that is named here, or needs an account."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import docs_executions
import docs_shell_commands
import pytest
from docs_code_blocks import ROOT, all_blocks, markdown_files
from docs_executions import EXECUTED_BY, EXECUTIONS, INLINE, SUITE, Execution
from docs_project import DocumentationProject

from lakekit_cli.main import main
from lakekit_policies.gate.connections import ENGINE_PYTHON
from nonempty import nonempty

DOCUMENTED = docs_executions.documented(all_blocks())
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def cases() -> list[object]:
    found = [(command, command, execution) for command, execution in EXECUTIONS.items()]
    found += [(written, command, execution) for written, (command, execution) in INLINE.items()]
    return [
        pytest.param(command, execution, id=written, marks=[pytest.mark.full] if execution.full else [])
        for written, command, execution in found
    ]


Run = Callable[[str], tuple[int, str]]


@pytest.fixture
def project(tmp_path: Path, synthesized: Path) -> DocumentationProject:
    return DocumentationProject(tmp_path / "project", synthesized)


@pytest.fixture
def run(project: DocumentationProject, warm_engine: str, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command line in the project; return exit code and output."""

    environ = {**project.environ(), ENGINE_PYTHON: warm_engine}

    def execute(command: str) -> tuple[int, str]:
        words = shlex.split(command)
        if words[0] == "lakekit" and not re.search(r"[>|&;]", command):
            capfd.readouterr()
            with patch.dict(os.environ, environ, clear=True):
                return _exit_code(words[1:]), "".join(capfd.readouterr())
        done = subprocess.run(
            ["sh", "-c", command], cwd=project.folder, env=environ, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return execute


def _exit_code(arguments: list[str]) -> int:
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)


@pytest.mark.parametrize(("command", "execution"), cases())
def test_command_ends_as_documented(
    command: str,
    execution: Execution,
    project: DocumentationProject,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(project.folder)
    replaced = execution.prepare(project)
    assert set(replaced) <= set(command.split())
    for text, value in replaced.items():
        command = command.replace(text, value)
    for name in execution.writes:
        (project.folder / name).unlink(missing_ok=True)
    code, output = run(command)
    assert code == execution.code, output
    assert execution.prints in output
    empty = [name for name in execution.writes if not (project.folder / name).stat().st_size]
    assert empty == []
    schema = "stacks/environments/environment.schema.json"
    assert (project.folder / schema).read_text() == (ROOT / schema).read_text()


def test_every_command_is_executed_or_needs_an_account() -> None:
    untested = [
        f"{block.place}: {command}" for command, block in DOCUMENTED.items() if not docs_executions.how(command, block)
    ]
    assert untested == [], (
        "add the command to EXECUTIONS or EXECUTED_BY in docs_executions.py, or mark the block: <!-- needs: … -->"
    )


def test_every_entry_is_documented() -> None:
    assert set(EXECUTIONS) | set(EXECUTED_BY) <= set(DOCUMENTED)
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(ROOT.rglob("docs/**/*.md")))
    text += (ROOT / "README.md").read_text(encoding="utf-8") + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [written for written in nonempty(INLINE) if f"`{written}`" not in text] == []


@pytest.mark.parametrize("command", list(EXECUTED_BY))
def test_the_test_that_executes_a_command_exists(command: str) -> None:
    test, shown = EXECUTED_BY[command]
    file, _, name = test.partition("::")
    source = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", source, re.MULTILINE), test
    for text in nonempty(shown):
        assert text in source, f"{file} does not run {text}"


def test_make_targets_run_what_the_tests_execute() -> None:
    targets = dict(re.findall(r"^([a-z-]+):([^#\n]*)", MAKEFILE, re.MULTILINE))
    assert {f"make {target}" for target in targets["test"].split() if "/" not in target} | {"make test"} == set(SUITE)
    for line in ("lakekit deploy local --auto-approve", "lakekit smoke local", "mkdocs build --quiet"):
        assert line in MAKEFILE


@pytest.mark.parametrize("command", [command for command in DOCUMENTED if command.startswith("pytest ")])
def test_files_of_pytest_commands_have_tests(command: str) -> None:
    for path in nonempty(word for word in shlex.split(command) if "/" in word):
        assert (ROOT / path).is_relative_to(ROOT / "tests")
        files = [ROOT / path] if path.endswith(".py") else sorted((ROOT / path).rglob("test_*.py"))
        texts = [file.read_text(encoding="utf-8") for file in nonempty(files)]
        assert any(re.search(r"^def test_", text, re.MULTILINE) for text in texts), path


def test_commands_in_the_text_exist() -> None:
    found = [text for file in markdown_files() for text in docs_shell_commands.inline(file)]
    assert len(found) > 40
    for text in found:
        docs_shell_commands.check_inline(text)


@pytest.mark.parametrize("text", ["lakekit deply ENV", "lakekit check --sinc REF", "python benchmarks/nothing.py"])
def test_a_wrong_command_in_the_text_is_found(text: str) -> None:
    with pytest.raises(ValueError, match=text.split(maxsplit=1)[0]):
        docs_shell_commands.check_inline(text)
