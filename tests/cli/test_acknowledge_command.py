"""Tests of acknowledging the changes of a rejected plan."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cli_project import Project

GATE = "lakekit-terraform"
APPLY = ("apply", "-auto-approve", "-no-color")
REASON = "The bucket was emptied and is retired"


@pytest.fixture
def folder(project: Project) -> Path:
    """A stack whose plan deletes a bucket."""
    folder = project.synthesized("dev-one")
    project.reject_plan(folder)
    return folder


def digest_of(stderr: str) -> str:
    """Return the digest in the report of a rejected plan."""
    (line,) = re.findall(r"lakekit gate acknowledge (\w+) --reason", stderr)
    return str(line)


def test_acknowledgement_allows_one_apply(project: Project, folder: Path) -> None:
    rejected = project.run(GATE, *APPLY, cwd=folder)
    assert rejected.returncode == 1
    digest = digest_of(rejected.stderr)
    done = project.run("lakekit", "gate", "acknowledge", digest, "--reason", REASON)
    assert done.returncode == 0, done.stderr
    assert "aws_s3_bucket.raw: is deleted" in done.stdout
    done = project.run(GATE, *APPLY, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Acknowledged:" in done.stderr
    assert REASON in " ".join(done.stderr.split())
    assert project.state("dev-one") == ["terraform_data.thing"]
    lines = (project.root / ".lakekit" / "acknowledgements.jsonl").read_text().splitlines()
    assert [list(json.loads(line)) for line in lines] == [["acknowledged"], ["applied"]]
    # The same deletion in another plan has another digest.
    again = project.run(GATE, *APPLY, cwd=folder)
    assert again.returncode == 1
    assert digest_of(again.stderr) != digest


def test_plan_does_not_consume_the_acknowledgement(project: Project, folder: Path) -> None:
    digest = digest_of(project.run(GATE, *APPLY, cwd=folder).stderr)
    assert project.run("lakekit", "gate", "acknowledge", digest, "--reason", REASON).returncode == 0
    assert project.run(GATE, "plan", cwd=folder).returncode == 0
    assert project.run(GATE, *APPLY, cwd=folder).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ffffffffffffffff", "--reason", REASON], "was rejected here"),
        (["../../secret", "--reason", REASON], "was rejected here"),
        (["DIGEST", "--reason", "ok"], "the reason is too short"),
        (["DIGEST"], "--reason"),
        ([], "DIGEST"),
    ],
)
def test_invalid_acknowledgement_is_rejected(
    project: Project, folder: Path, arguments: list[str], message: str
) -> None:
    digest = digest_of(project.run(GATE, *APPLY, cwd=folder).stderr)
    done = project.run(
        "lakekit", "gate", "acknowledge", *(digest if argument == "DIGEST" else argument for argument in arguments)
    )
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert project.run(GATE, *APPLY, cwd=folder).returncode == 1


def test_acknowledging_before_a_rejection_fails(project: Project) -> None:
    """Without a rejected plan there is no digest to acknowledge."""
    done = project.run("lakekit", "gate", "acknowledge", "0123456789abcdef", "--reason", REASON)
    assert done.returncode == 2
    assert "run the deploy or `lakekit plan` again" in done.stderr
