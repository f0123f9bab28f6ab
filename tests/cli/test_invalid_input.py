"""Tests of invalid input: unknown names, missing tools, unreadable files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_project import Project, error_lines, path_without

LAKEKIT = "lakekit"


def test_unknown_command_suggests_the_nearest(project: Project) -> None:
    done = project.run(LAKEKIT, "deplyo")
    assert done.returncode == 2
    assert "did you mean 'deploy'?" in done.stderr


@pytest.mark.parametrize("command", ["synth", "plan", "deploy", "destroy"])
def test_unknown_environment_suggests_the_nearest(dev: Project, command: str) -> None:
    done = dev.run(LAKEKIT, command, "dve")
    assert done.returncode == 2
    assert "did you mean 'dev'?" in error_lines(done.stderr)[-1]


def test_invalid_environment_file_error_names_file_line_and_key(dev: Project) -> None:
    file = dev.root / "stacks/environments/dev.yaml"
    file.write_text(file.read_text().replace("region:", "regoin:"))
    done = dev.run(LAKEKIT, "deploy", "dev", "--auto-approve")
    assert done.returncode == 2
    text = "\n".join(error_lines(done.stderr))
    assert "regoin" in text
    assert f"{file}:5" in text
    assert "'region'" in text


@pytest.mark.parametrize("command", ["synth", "plan", "deploy", "destroy"])
def test_command_outside_a_project_is_rejected(tmp_path: Path, project: Project, command: str) -> None:
    done = project.run(LAKEKIT, command, "dev", cwd=tmp_path.parent)
    assert done.returncode == 4
    assert "cdktf.json" in done.stderr


@pytest.mark.parametrize(
    ("missing", "message"), [("terraform", "Terraform was not found"), ("node", "Node.js was not found")]
)
def test_missing_tool_is_reported_before_start(dev: Project, tmp_path: Path, missing: str, message: str) -> None:
    done = dev.run(LAKEKIT, "deploy", "dev", "--auto-approve", environ=path_without(dev, tmp_path, missing))
    assert done.returncode == 4
    assert message in error_lines(done.stderr)[0]
    assert "install" in error_lines(done.stderr)[-1]
    assert not (dev.root / "cdktf.out").exists()


@pytest.mark.parametrize("app", [".venv/bin/python main.py", "DEBUG=1 ./missing --flag", "missing-program"])
@pytest.mark.parametrize("command", [["synth", "dev"], ["deploy", "dev", "--auto-approve"], ["check", "dev"]])
def test_missing_interpreter_of_the_app_is_reported(dev: Project, app: str, command: list[str]) -> None:
    file = dev.root / "cdktf.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "app": app}))
    done = dev.run(LAKEKIT, *command)
    assert done.returncode == 4
    problem, where, fix = error_lines(done.stderr)[-3:]
    assert f"the app `{app}` cannot be started" in problem
    assert f"{file}, key app" in where
    assert "make setup" in fix


def test_missing_cdktf_is_reported_before_start(dev: Project, tmp_path: Path) -> None:
    (dev.root / "node_modules").unlink()
    done = dev.run(LAKEKIT, "deploy", "dev", "--auto-approve", environ=path_without(dev, tmp_path))
    assert done.returncode == 4
    assert "cdktf command line was not found" in done.stderr
    assert "npm ci" in done.stderr


def test_unreadable_manifest_is_reported(dev: Project) -> None:
    assert dev.run(LAKEKIT, "synth", "dev").returncode == 0
    (dev.root / "prepared/manifest.json").write_text("{")
    done = dev.run(LAKEKIT, "synth", "dev")
    assert done.returncode == 1
    text = "\n".join(error_lines(done.stderr))
    assert "manifest.json" in text
    assert "Fix:" in text


def test_output_path_that_is_a_file_is_reported(dev: Project) -> None:
    (dev.root / "cdktf.out").write_text("")
    done = dev.run(LAKEKIT, "synth", "dev")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_missing_terminal_is_reported_before_start(dev: Project) -> None:
    for command in ("deploy", "destroy"):
        done = dev.run(LAKEKIT, command, "dev")
        assert done.returncode == 2
        assert "--auto-approve" in done.stderr
    assert not (dev.root / "cdktf.out").exists()


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04binary plan", b"{", b"[]"])
def test_invalid_plan_file_is_not_evaluated(project: Project, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "plan.json"
    if content is not None:
        file.write_bytes(content)
    done = project.run(LAKEKIT, "gate", "plan", str(file))
    assert done.returncode == 3
    assert "could not evaluate" in "\n".join(error_lines(done.stderr))
    as_json = project.run(LAKEKIT, "gate", "plan", str(file), "--format", "json")
    assert as_json.returncode == 3
    assert json.loads(as_json.stdout)["clean"] is False


def test_folder_without_stacks_is_not_evaluated(project: Project, tmp_path: Path) -> None:
    done = project.run(LAKEKIT, "gate", "synth", str(tmp_path / "nowhere"))
    assert done.returncode == 3
    assert "nowhere" in "\n".join(error_lines(done.stderr))


def test_unknown_rule_suggests_the_nearest(project: Project) -> None:
    done = project.run(LAKEKIT, "policies", "explain", "LK_S3_999")
    assert done.returncode == 2
    assert "did you mean LK_S3_" in done.stderr


def test_debug_shows_the_traceback(dev: Project) -> None:
    done = dev.run(LAKEKIT, "synth", "dve", environ={"LAKEKIT_DEBUG": "1"})
    assert "Traceback" in done.stderr
