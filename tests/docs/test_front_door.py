"""The entrance of the repository: license, changelog, templates, and the workflow that tests it."""

from __future__ import annotations

import hashlib
import re
import tomllib
from typing import Any

import pytest
import yaml
from docs_code_blocks import ROOT

from nonempty import nonempty

WORKFLOW_FILE = ROOT / ".github/workflows/ci.yml"
WORKFLOW: dict[str, Any] = yaml.load(WORKFLOW_FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
STEPS = [step for job in WORKFLOW["jobs"].values() for step in job["steps"]]


def test_the_license_is_the_text_of_apache_2() -> None:
    text = " ".join((ROOT / "LICENSE").read_text(encoding="utf-8").split())
    assert hashlib.sha256(text.encode()).hexdigest() == LICENSE_SHA256
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] in ("Apache-2.0", {"text": "Apache-2.0"})


LICENSE_SHA256 = "0ffddef9e48f8a09aed5caf2d44f7ba1c1be2d9b8e0a6f693b1635b2d5566645"
"""Of the text with white space collapsed, as published at apache.org/licenses/LICENSE-2.0.txt."""


def test_the_changelog_has_the_version_or_a_section_for_unreleased_changes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    assert sections[0] == "Unreleased"
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert version in text


def test_actions_are_pinned_to_commits_with_their_version() -> None:
    uses = [line.strip() for line in WORKFLOW_FILE.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert len(uses) == sum("uses" in step for step in STEPS)
    for line in nonempty(uses):
        assert re.search(r"uses: [\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_the_workflow_has_least_privilege() -> None:
    assert WORKFLOW["permissions"] in ({}, "{}")
    assert {str(job["permissions"]) for job in WORKFLOW["jobs"].values()} == {"{'contents': 'read'}"}
    checkouts = [step for step in STEPS if step.get("uses", "").startswith("actions/checkout")]
    assert len(checkouts) == len(WORKFLOW["jobs"])
    assert {step["with"]["persist-credentials"] for step in checkouts} == {"false"}


def test_the_workflow_runs_the_commands_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    matrix = WORKFLOW["jobs"]["test"]["strategy"]["matrix"]["include"]
    wanted = {one["target"] for one in matrix} | {"docs"}
    assert wanted == {"test", "test-full", "docs"}
    assert wanted <= targets
    assert {step["run"] for step in STEPS if step.get("run", "").startswith("make ")} == {'make "$TARGET"', "make docs"}


@pytest.mark.parametrize(
    "template", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*_*.yml")), ids=lambda path: path.name
)
def test_issue_templates_are_complete(template: Any) -> None:
    found = yaml.safe_load(template.read_text(encoding="utf-8"))
    assert {"name", "description", "labels", "body"} <= set(found)
    for field in nonempty(found["body"]):
        assert field["type"] == "markdown" or field["attributes"]["label"]
