"""A copy of the reference project in which documented commands run, and the files that single commands expect."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from docs_code_blocks import ROOT

from mutation import edits
from mutation.plan_mutants import finished, unchanged

SCRIPTS = Path(sys.executable).parent
FOREIGN = """\
resource "terraform_data" "queue" {
  input = "any configuration that Lakekit did not create"
}
"""


class DocumentationProject:
    """The reference project without deployments: stacks, environments, examples, tools.

    Args:
        folder: where to create it; must not exist.
        synthesized: synthesized folder of all environments, see `synthesized` of the fixtures.
    """

    def __init__(self, folder: Path, synthesized: Path) -> None:
        self.folder = folder
        self.synthesized = synthesized
        ignored = shutil.ignore_patterns("__pycache__", "cdktf.out", ".lakekit")
        for name in ("stacks", "examples"):
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        for name in ("cdktf.json", "Makefile", "pyproject.toml", ".gitignore"):
            shutil.copy(ROOT / name, folder)
        for name in ("benchmarks", "constructs", "node_modules"):
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").symlink_to(Path(sys.prefix))
        (folder / "policies").mkdir()

    def environ(self) -> dict[str, str]:
        """Variables of the commands: those of the tests without settings and credentials of the user."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "LAKEKIT_", "TF_"))}
        path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
        return {**kept, "PATH": path, "COLUMNS": "160", "NO_COLOR": "1", "PIP_NO_INDEX": "1", "PIP_DRY_RUN": "1"}

    def stack(self, name: str) -> dict[str, Any]:
        """A synthesized stack of the reference deployment."""
        document: dict[str, Any] = json.loads((self.synthesized / "stacks" / name / "cdk.tf.json").read_text())
        return document

    def write(self, name: str, document: Mapping[str, Any]) -> None:
        """Write a JSON file."""
        (self.folder / name).write_text(json.dumps(document))

    def shell(self, *words: str) -> str:
        """Run a program that a command needs first; return its output."""
        done = subprocess.run(
            words, cwd=self.folder, env=self.environ(), capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


Preparation = Callable[[DocumentationProject], Mapping[str, str]]
"""Writes what a command expects; returns the text to replace in the command line."""


def nothing(project: DocumentationProject) -> Mapping[str, str]:
    """The command needs the project only."""
    return {}


def output_of(environment: str) -> Preparation:
    """`cdktf.out` with the stacks of one environment."""

    def prepare(project: DocumentationProject) -> Mapping[str, str]:
        out = project.folder / "cdktf.out"
        manifest = json.loads((project.synthesized / "manifest.json").read_text())
        manifest["stacks"] = {
            name: entry for name, entry in manifest["stacks"].items() if name.startswith(f"{environment}-")
        }
        for name in manifest["stacks"]:
            shutil.copytree(project.synthesized / "stacks" / name, out / "stacks" / name)
        (out / "manifest.json").write_text(json.dumps(manifest))
        return {}

    return prepare


def plan_of(stack: str, *, environment: str = "") -> Preparation:
    """`plan.json`: the plan of a deployed stack without changes; with `environment` also `cdktf.out`."""

    def prepare(project: DocumentationProject) -> Mapping[str, str]:
        if environment:
            output_of(environment)(project)
        document = project.stack(stack)
        plan = unchanged(document)
        finished(plan, document)
        project.write("plan.json", plan)
        return {}

    return prepare


def deletion(project: DocumentationProject) -> Mapping[str, str]:
    """`plan.json` deletes a table, `cdk.tf.json` is its stack; the digest of the page becomes the one of the plan."""
    document = project.stack("prod-sales")
    plan = unchanged(document)
    (table,) = (one for one in edits.entries(plan) if one["type"] == "aws_glue_catalog_table")
    table["change"].update(actions=["delete"], after=None)
    project.write("cdk.tf.json", finished(plan, document))
    project.write("plan.json", plan)
    rejected = subprocess.run(
        ["lakekit", "gate", "plan", "plan.json", "--stack", "cdk.tf.json", "--format", "json"],
        cwd=project.folder, env=project.environ(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert rejected.returncode == 1, rejected.stderr
    verdict = json.loads(rejected.stdout)
    assert {finding["rule_id"] for finding in verdict["findings"]} == {"LK_PLAN_1"}
    return {"3f9a1c2e77b09d41": verdict["plan_digest"]}


def repository(project: DocumentationProject) -> Mapping[str, str]:
    """A git repository with `main` and `origin/main`, after which `dev.yaml` has changed; and `base.json`."""
    git = ("git", "-c", "user.email=docs@acme.example", "-c", "user.name=Docs")
    project.shell(*git, "init", "--quiet", "--initial-branch", "main")
    project.shell(*git, "add", "stacks", "cdktf.json", ".gitignore")
    project.shell(*git, "commit", "--quiet", "--no-verify", "--message", "Add the reference deployment")
    project.shell(*git, "update-ref", "refs/remotes/origin/main", "HEAD")
    file = project.folder / "stacks/environments/dev.yaml"
    settings = yaml.safe_load(file.read_text(encoding="utf-8"))
    file.write_text(yaml.safe_dump({**settings, "owner": "new-owner@acme.example"}, sort_keys=False), encoding="utf-8")
    return baseline(project)


def baseline(project: DocumentationProject) -> Mapping[str, str]:
    """`gate.json` and `base.json`: the report of an earlier version."""
    output_of("dev")(project)
    project.shell("lakekit", "gate", "synth", "cdktf.out", "--format", "json", "--output", "gate.json")
    shutil.copy(project.folder / "gate.json", project.folder / "base.json")
    return {}


def records(project: DocumentationProject) -> Mapping[str, str]:
    """`plans.jsonl`: records of plans from another machine, none yet."""
    (project.folder / "plans.jsonl").touch()
    return {}


def foreign(project: DocumentationProject) -> Mapping[str, str]:
    """A Terraform configuration that Lakekit did not create, initialized; it needs no provider plugin."""
    (project.folder / "main.tf").write_text(FOREIGN)
    project.shell("terraform", "init", "-input=false", "-no-color")
    return {}


def foreign_plan(project: DocumentationProject) -> Mapping[str, str]:
    """`plan.json` of a configuration that Lakekit did not create; the rules have findings on it."""
    shutil.copy(ROOT / "tests/policies/data/foreign_plan.json", project.folder / "plan.json")
    return {}
