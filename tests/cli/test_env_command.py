"""Tests of `lakekit env`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_project import Project, error_lines

from lakekit_cli.main import main

LAKEKIT = "lakekit"


def test_environments_are_listed_and_shown(dev: Project) -> None:
    dev.environment("prod", "prod")
    listed = dev.run(LAKEKIT, "env", "list")
    assert listed.returncode == 0, listed.stderr
    assert "dev.yaml" in listed.stdout
    assert "prod.yaml" in listed.stdout
    shown = dev.run(LAKEKIT, "env", "show", "prod")
    assert "prevent_destroy: true" in shown.stdout
    (dev.root / "stacks/environments/odd.yaml").write_text("tier: dev\n")
    broken = dev.run(LAKEKIT, "env", "list")
    assert broken.returncode == 2
    assert "invalid" in broken.stdout
    assert "dev.yaml" in broken.stdout


def test_environments_are_validated(dev: Project) -> None:
    assert dev.run(LAKEKIT, "env", "validate").returncode == 0
    assert dev.run(LAKEKIT, "env", "validate", "dev").returncode == 0
    odd = dev.root / "odd.yaml"
    odd.write_text("tier: dev\n")
    done = dev.run(LAKEKIT, "env", "validate", "dev", "odd.yaml")
    assert done.returncode == 2
    assert "odd.yaml" in "\n".join(error_lines(done.stderr))
    assert "dev.yaml: valid" in done.stdout


def test_validation_as_json(dev: Project) -> None:
    done = dev.run(LAKEKIT, "env", "validate", "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == [{"file": str(dev.root / "stacks/environments/dev.yaml"), "valid": True}]
    odd = dev.root / "odd.yaml"
    odd.write_text("tier: dev\nextra: 1\n")
    done = dev.run(LAKEKIT, "env", "validate", "dev", "odd.yaml", "--format", "json")
    assert done.returncode == 2
    valid, invalid = json.loads(done.stdout)
    assert valid["valid"] is True
    assert invalid["valid"] is False
    assert invalid["file"] == "odd.yaml"
    assert invalid["where"].startswith("odd.yaml")
    assert {"problem", "fix", "others"} <= set(invalid)
    assert "odd.yaml" in "\n".join(error_lines(done.stderr))


def test_environments_of_one_account_are_validated_together(dev: Project) -> None:
    folder = dev.root / "stacks/environments"
    text = (folder / "dev.yaml").read_text()
    (folder / "two.yaml").write_text(text.replace("environment: dev", "environment: two"))
    done = dev.run(LAKEKIT, "env", "validate", "--format", "json")
    assert done.returncode == 2, done.stdout
    rows = json.loads(done.stdout)
    assert [row["valid"] for row in rows] == [True, True, False]
    assert rows[-1]["problem"]


def test_environment_schema_is_printed_and_written(dev: Project) -> None:
    printed = dev.run(LAKEKIT, "env", "schema")
    assert dev.run(LAKEKIT, "env", "schema", "--write").returncode == 0
    written = (dev.root / "stacks/environments/environment.schema.json").read_text()
    assert json.loads(written) == json.loads(printed.stdout)


def test_new_environment_is_valid(dev: Project) -> None:
    options = ["--account-id", "123456789012", "--owner", "me@acme.example", "--cost-center", "cc-9"]
    done = dev.run(LAKEKIT, "env", "new", "test", "--tier", "staging", *options)
    assert done.returncode == 0, done.stderr
    assert dev.run(LAKEKIT, "env", "validate", "test").returncode == 0
    again = dev.run(LAKEKIT, "env", "new", "test", *options)
    assert again.returncode == 2
    assert "already exists" in again.stderr
    assert dev.run(LAKEKIT, "env", "new", "play", "--local", *options).returncode == 0
    bad = dev.run(LAKEKIT, "env", "new", "bad", "--account-id", "12", "--owner", "me", "--cost-center", "c")
    assert bad.returncode == 2
    assert "--account-id" in bad.stderr
    assert "bad.yaml:" not in bad.stderr, "lines of a file that was not written"
    assert not (dev.root / "stacks/environments/bad.yaml").exists()


def files_of(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", ["../x", "/tmp/x", "a/b", "", "a b", "a\nb", "Prod", "5", "null"])
def test_name_of_a_new_environment_is_checked_first(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    before = files_of(project.root)
    monkeypatch.chdir(project.root)
    options = ("--organization", "acme", "--account-id", "123456789012", "--owner", "a@b.example", "--cost-center", "c")
    with pytest.raises(SystemExit) as ended:
        main(["env", "new", name, *options])
    valid = name == "null"
    assert ended.value.code == (0 if valid else 2)
    assert ("Where: NAME" in capsys.readouterr().err) != valid
    assert len(files_of(project.root) - before) == valid


def test_every_problem_of_a_new_environment_names_its_option(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project.root)
    options = ("--organization", "[A", "--account-id", "1", "--owner", "a", "--cost-center", "", "--region", "x: y")
    with pytest.raises(SystemExit) as ended:
        main(["env", "new", "good", *options])
    shown = capsys.readouterr().err
    assert ended.value.code == 2
    for option in ("--organization", "--account-id", "--cost-center", "--region"):
        assert f"{option}: " in shown or f"Where: {option}" in shown
    assert "good.yaml" not in shown
    assert "options:" not in shown
