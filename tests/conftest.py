"""What takes longest starts first, so that parallel workers end together; a folder gives its tests their marker."""

from __future__ import annotations

from pathlib import Path

import pytest

LONGEST_FIRST = ("test_deployment.py", "test_spark_job_runs.py", "local_cloud", "cli")
"""Files and folders of tests; what is not named follows."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files by what they wait for (tests of one file keep their order); mark what needs the local cloud."""
    for item in items:
        if item.path.parent.name == "local_cloud":
            item.add_marker(pytest.mark.local_cloud)
    items.sort(key=lambda item: _rank(item.path))


def _rank(path: Path) -> int:
    named = {path.name, path.parent.name}
    return next((rank for rank, word in enumerate(LONGEST_FIRST) if word in named), len(LONGEST_FIRST))
