"""The CI templates of the repository, parsed."""

from __future__ import annotations

from typing import Any

import yaml
from cli_project import REPOSITORY

WORKFLOW_FILE = REPOSITORY / ".github/workflows/lakekit.yml"
WORKFLOW: dict[str, Any] = yaml.load(WORKFLOW_FILE.read_text(), Loader=yaml.BaseLoader)  # `on` is not a boolean
JOBS: dict[str, Any] = WORKFLOW["jobs"]
GITLAB: dict[str, Any]


class _Reference(yaml.SafeLoader):
    """GitLab's `!reference [job, key]`."""


_Reference.add_constructor("!reference", lambda loader, node: loader.construct_sequence(node))
GITLAB = yaml.load((REPOSITORY / "ci/gitlab/lakekit.yml").read_text(), Loader=_Reference)


def steps(job: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = JOBS[job]["steps"]
    return found
