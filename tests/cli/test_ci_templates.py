"""Tests of the CI templates: permissions, and their steps in a repository."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest
import yaml
from ci_files import GITLAB, JOBS, WORKFLOW, WORKFLOW_FILE, steps
from cli_project import REPOSITORY, SCRIPTS, Project

from nonempty import nonempty


def step(job: str, name: str) -> dict[str, Any]:
    return next(found for found in steps(job) if found.get("name") == name)


# -- permissions ------------------------------------------------------------------------------------------------


def test_actions_are_pinned_to_commits_with_their_version() -> None:
    lines = [line.strip() for line in WORKFLOW_FILE.read_text().splitlines() if "uses:" in line and "#   " not in line]
    assert len(lines) >= 10
    for line in lines:
        assert re.search(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_permissions_are_minimal() -> None:
    assert WORKFLOW["permissions"] in ({}, "{}")
    assert {name: job["permissions"] for name, job in JOBS.items()} == {
        "gate": {"contents": "read"},
        "plan": {"contents": "read", "id-token": "write"},
        "comment": {"pull-requests": "write"},
        "scanning": {"contents": "read", "security-events": "write"},
    }
    for job in JOBS.values():
        assert int(job["timeout-minutes"]) <= 60
    checkouts = [
        entry for job in JOBS.values() for entry in job["steps"] if entry.get("uses", "").startswith("actions/checkout")
    ]
    assert [entry["with"]["persist-credentials"] for entry in checkouts] == ["false"] * 3


@pytest.mark.parametrize("file", [".github/workflows/lakekit.yml", "ci/gitlab/lakekit.yml"])
def test_no_long_lived_credentials(file: str) -> None:
    text = (REPOSITORY / file).read_text()
    for forbidden in (
        "secrets.",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "access-key",
        "pull_request_target",
        "|| true",
    ):
        assert forbidden not in text


def test_forks_cannot_assume_the_role() -> None:
    assert "head.repo.full_name == github.repository" in JOBS["plan"]["if"]
    assert GITLAB["lakekit:plan"]["id_tokens"]["LAKEKIT_AWS_TOKEN"]["aud"] == "sts.amazonaws.com"


def test_untrusted_input_is_not_interpolated_into_scripts() -> None:
    for job in nonempty(JOBS.values()):
        for entry in nonempty(job["steps"]):
            script = entry.get("run", "") + entry.get("with", {}).get("script", "")
            assert "${{" not in script


def test_every_script_parses() -> None:
    scripts = [entry["run"] for job in JOBS.values() for entry in job["steps"] if "run" in entry]
    scripts += [
        line
        for job in GITLAB.values()
        if isinstance(job, dict)
        for key in ("before_script", "script", "after_script")
        for line in job.get(key, [])
    ]
    assert len(scripts) >= 8
    for script in scripts:
        for shell in ("bash", "sh"):
            done = subprocess.run([shell, "-n"], input=script, text=True, capture_output=True, check=False)
            assert done.returncode == 0, f"{done.stderr}\n{script}"


def test_hooks_name_commands_that_exist(project: Project) -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text())
    assert {hook["id"] for hook in hooks} == {"lakekit-environments", "lakekit-check"}
    options: list[tuple[str, str]] = []
    for hook in hooks:
        command = hook["entry"].split()
        done = project.run(*[part for part in command if not part.startswith("-") and part != "HEAD"], "--help")
        assert done.returncode == 0, done.stderr
        options += [(part, done.stdout) for part in command if part.startswith("-")]
    assert all(option in shown for option, shown in nonempty(options))


# -- steps in a repository ----------------------------------------------------------------------------------------

OPEN = {"//": {"metadata": {"path": "dev-one/Old"}}, "versioning": [{"enabled": False}], "bucket": "acme-dev-old"}


@pytest.fixture
def repository(project: Project) -> Project:
    """A git repository with a `.venv` and a branch that is one commit ahead."""
    project.environment("dev")
    project.environment("prod", "prod")
    project.stack("dev-one", tier="sandbox", Old={"input": "old"})
    (project.root / ".venv").symlink_to(SCRIPTS.parent)
    (project.root / ".gitignore").write_text(".venv\nnode_modules\nhome/\ncdktf.out/\n.lakekit/\nreports/\n")
    for arguments in (
        ("init", "-q", "-b", "main"),
        ("config", "user.email", "a@b.c"),
        ("config", "user.name", "A"),
        ("add", "-A"),
        ("commit", "-qm", "base"),
        ("tag", "base"),
    ):
        subprocess.run(["git", *arguments], cwd=project.root, check=True)
    file = project.root / "stacks/environments/dev.yaml"
    file.write_text(file.read_text() + "# changed\n")
    subprocess.run(["git", "commit", "-qam", "change"], cwd=project.root, check=True)
    return project


def run_step(project: Project, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
    files = {name: str(project.root / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    return project.run("bash", "-e", "-o", "pipefail", "-c", script, environ={**files, **environ})


def test_github_checks_the_base_and_the_branch(repository: Project) -> None:
    base = run_step(repository, step("gate", "Base")["run"], BASE="base")
    assert base.returncode == 0, base.stderr
    root = repository.root
    assert json.loads((root / "reports/base/gate.json").read_text())["clean"] is True
    assert not (root / ".base").exists()
    done = run_step(repository, step("gate", "Check")["run"], BASE="base", ENVIRONMENTS="")
    assert done.returncode == 0, done.stderr
    assert "changed since base: dev" in done.stderr
    assert (root / "github_output").read_text() == "evaluated=true\n"
    assert "**0 new**, 0 fixed" in (root / "github_step_summary").read_text()
    assert sorted(path.name for path in (root / "reports/synth").iterdir()) == [
        "gate.json", "gate.junit.xml", "gate.md", "gate.sarif",
    ]  # fmt: skip


def test_github_reports_and_fails_with_the_exit_code_of_the_gate(repository: Project) -> None:
    repository.stack("dev-one", tier="sandbox", Old={"input": "old"})
    stack = repository.root / "prepared/stacks/dev-one/cdk.tf.json"
    document = json.loads(stack.read_text())
    document["resource"]["aws_s3_bucket"] = {"Old": OPEN}
    stack.write_text(json.dumps(document))
    run_step(repository, step("gate", "Base")["run"], BASE="base")
    done = run_step(repository, step("gate", "Check")["run"], BASE="base", ENVIRONMENTS="dev prod")
    assert done.returncode == 1, done.stderr
    assert "new**, 0 fixed" in (repository.root / "github_step_summary").read_text()
    assert "evaluated=true" in (repository.root / "github_output").read_text()


def test_gitlab_checks_the_base_and_the_branch(repository: Project) -> None:
    for script in nonempty(GITLAB["lakekit:gate"]["script"]):
        done = run_step(repository, script, CI_MERGE_REQUEST_DIFF_BASE_SHA="base", LAKEKIT_ENVIRONMENTS_TO_CHECK="")
        assert done.returncode == 0, done.stderr
    assert (repository.root / "reports/base/gate.json").exists()
    assert "0 new" in (repository.root / "reports/synth/gate.md").read_text()


# -- the comment ---------------------------------------------------------------------------------------------------
