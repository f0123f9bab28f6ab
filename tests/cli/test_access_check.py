"""`lakekit check` and both CI templates compare the access that Lake Formation and Snowflake grant."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from cli_project import REPOSITORY, SCRIPTS, Project
from test_access_command import edit_by_hand, show_all_to_analyst

STACKS = ("dev-governance", "dev-catalog", "dev-sales", "dev-snowflake", "dev-sales-snowflake")
DIFFERENCE = "dev: analyst on curated/sales/orders, restricted: Lake Formation grants masked, Snowflake grants read"


def keep(stack: dict[str, Any]) -> None:
    """Leave a stack as it is."""


def untag_columns(stack: dict[str, Any]) -> None:
    """Take the classification off the restricted columns in Lake Formation."""
    tagged = stack["resource"].get("aws_lakeformation_resource_lf_tags", {})
    for name in [name for name, body in tagged.items() if "table_with_columns" in body]:
        del tagged[name]


def planes(
    project: Project, synthesized: Path, change: Callable[[dict[str, Any]], None], *, stacks: tuple[str, ...] = STACKS
) -> Project:
    """The stacks of the reference deployment that the access matrix reads, with a change."""
    environments = project.root / "stacks/environments"
    environments.mkdir(parents=True)
    shutil.copy(REPOSITORY / "stacks/environments/dev.yaml", environments)
    manifest = json.loads((synthesized / "manifest.json").read_text())
    manifest["stacks"] = {name: {**manifest["stacks"][name], "dependencies": []} for name in stacks}
    for name in stacks:
        stack = json.loads((synthesized / "stacks" / name / "cdk.tf.json").read_text())
        change(stack)
        folder = project.root / "prepared/stacks" / name
        folder.mkdir(parents=True)
        (folder / "cdk.tf.json").write_text(json.dumps(stack))
    (project.root / "prepared/manifest.json").write_text(json.dumps(manifest))
    return project


def test_equal_planes_pass(project: Project, synthesized: Path) -> None:
    done = planes(project, synthesized, keep).run("lakekit", "check", "dev", "--reports", "reports")
    assert done.returncode == 0, done.stderr
    assert "Lake Formation and Snowflake grant the same access in dev" in done.stderr
    written = json.loads((project.root / "reports/access.json").read_text())
    assert written == {"compared": ["dev"], "conflicts": [], "not_compared": []}


def test_planes_without_a_common_table_are_not_called_equal(project: Project, synthesized: Path) -> None:
    """As in the app of a team, which does not create the databases."""
    app = planes(project, synthesized, keep, stacks=("dev-sales", "dev-sales-snowflake"))
    done = app.run("lakekit", "check", "dev", "--reports", "reports")
    assert done.returncode == 0, done.stderr
    assert "Not compared: dev: curated/sales/orders" in done.stderr
    assert "the same access" not in done.stderr
    written = json.loads((project.root / "reports/access.json").read_text())
    assert written == {"compared": [], "conflicts": [], "not_compared": ["dev: curated/sales/orders"]}
    assert "No table was compared" in (project.root / "reports/access.md").read_text()


def retag_product(stack: dict[str, Any]) -> None:
    """Give the tables in Snowflake another domain than in the lake."""
    for body in stack["resource"].get("snowflake_tag_association", {}).values():
        if body["tag_value"] == "sales":
            body["tag_value"] = "platform"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (retag_product, "Lake Formation tags it as curated/sales/orders, Snowflake as curated/platform/orders"),
        (show_all_to_analyst, DIFFERENCE),
        (untag_columns, "restricted: Lake Formation grants missing, Snowflake grants"),
        (edit_by_hand, "dev: policies:"),
    ],
)
def test_a_broken_plane_exits_with_6(
    project: Project, synthesized: Path, change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    done = planes(project, synthesized, change).run("lakekit", "check", "--reports", "reports")
    assert done.returncode == 6, done.stdout + done.stderr
    assert problem in done.stderr
    assert json.loads((project.root / "reports/access.json").read_text())["conflicts"]
    assert json.loads((project.root / "reports/gate.json").read_text())["clean"] is True


def test_findings_of_the_gate_come_first(project: Project, synthesized: Path) -> None:
    def open_bucket(stack: dict[str, Any]) -> None:
        show_all_to_analyst(stack)
        body = {"//": {"metadata": {"path": "dev-sales/Old"}}, "bucket": "acme-dev-old"}
        stack["resource"]["aws_s3_bucket"] = {"Old": body}

    done = planes(project, synthesized, open_bucket).run("lakekit", "check", "dev")
    assert done.returncode == 1, done.stdout + done.stderr


def step(project: Project, script: str, **environ: str) -> subprocess.CompletedProcess[str]:
    files = {name: str(project.root / name.lower()) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    return project.run("bash", "-e", "-o", "pipefail", "-c", script, environ={**files, **environ})


def github_step() -> str:
    workflow = yaml.load((REPOSITORY / ".github/workflows/lakekit.yml").read_text(), Loader=yaml.BaseLoader)
    (check,) = (one for one in workflow["jobs"]["gate"]["steps"] if one.get("name") == "Check")
    return str(check["run"])


def gitlab_step() -> str:
    text = (REPOSITORY / "ci/gitlab/lakekit.yml").read_text().replace("!reference ", "")
    return str(yaml.safe_load(text)["lakekit:gate"]["script"][-1])


@pytest.mark.parametrize(
    ("script", "environ"), [(github_step, "ENVIRONMENTS"), (gitlab_step, "LAKEKIT_ENVIRONMENTS_TO_CHECK")]
)
def test_both_ci_templates_fail_on_a_broken_plane(
    project: Project, synthesized: Path, script: Callable[[], str], environ: str
) -> None:
    (project.root / ".venv").symlink_to(SCRIPTS.parent)
    done = step(planes(project, synthesized, show_all_to_analyst), script(), **{environ: "dev"})
    assert done.returncode == 6, done.stdout + done.stderr
    assert DIFFERENCE in done.stderr
    assert "1 difference." in (project.root / "reports/synth/access.md").read_text()
    if script is github_step:
        assert "Access matrix" in (project.root / "github_step_summary").read_text()
