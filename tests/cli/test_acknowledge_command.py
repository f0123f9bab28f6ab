"""A refused plan that is meant: what is shown, what has to be typed, and what it lets through."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_project import Project

GATE = "lakekit-terraform"
APPLY = ("apply", "-auto-approve", "-no-color")
WHY = "The bucket was emptied and is retired"


@pytest.fixture
def folder(project: Project) -> Path:
    """A stack whose plan deletes a bucket."""
    folder = project.synthesized("dev-one")
    project.refused(folder)
    return folder


def shown(stderr: str) -> str:
    """The digest in the line that a refusal ends in."""
    (line,) = re.findall(r"lakekit gate acknowledge (\w+) --reason", stderr)
    return str(line)


def test_acknowledgement_allows_one_apply(project: Project, folder: Path) -> None:
    refused = project.run(GATE, *APPLY, cwd=folder)
    assert refused.returncode == 1
    digest = shown(refused.stderr)
    said = project.run("lakekit", "gate", "acknowledge", digest, "--reason", WHY)
    assert said.returncode == 0, said.stderr
    assert "aws_s3_bucket.raw: is deleted" in said.stdout
    done = project.run(GATE, *APPLY, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Acknowledged:" in done.stderr
    assert WHY in " ".join(done.stderr.split())
    assert project.state("dev-one") == ["terraform_data.thing"]
    lines = (project.root / ".lakekit" / "acknowledgements.jsonl").read_text().splitlines()
    assert [list(json.loads(line)) for line in lines] == [["acknowledged"], ["applied"]]
    # The same deletion again is another plan, and needs another word.
    again = project.run(GATE, *APPLY, cwd=folder)
    assert again.returncode == 1
    assert shown(again.stderr) != digest


def test_plan_does_not_consume_the_acknowledgement(project: Project, folder: Path) -> None:
    digest = shown(project.run(GATE, *APPLY, cwd=folder).stderr)
    assert project.run("lakekit", "gate", "acknowledge", digest, "--reason", WHY).returncode == 0
    assert project.run(GATE, "plan", cwd=folder).returncode == 0
    assert project.run(GATE, *APPLY, cwd=folder).returncode == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["ffffffffffffffff", "--reason", WHY], "was rejected here"),
        (["../../secret", "--reason", WHY], "was rejected here"),
        (["DIGEST", "--reason", "ok"], "say why"),
        (["DIGEST"], "--reason"),
        ([], "DIGEST"),
    ],
)
def test_is_not_accepted(project: Project, folder: Path, words: list[str], says: str) -> None:
    digest = shown(project.run(GATE, *APPLY, cwd=folder).stderr)
    said = project.run("lakekit", "gate", "acknowledge", *(digest if word == "DIGEST" else word for word in words))
    assert said.returncode == 2
    assert says in said.stderr
    assert "Traceback" not in said.stderr
    assert project.run(GATE, *APPLY, cwd=folder).returncode == 1


def test_acknowledging_before_a_rejection_fails(project: Project) -> None:
    """Before anything was refused there is no digest to type."""
    said = project.run("lakekit", "gate", "acknowledge", "0123456789abcdef", "--reason", WHY)
    assert said.returncode == 2
    assert "plan first" in said.stderr
