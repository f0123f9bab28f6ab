"""Tests that applications of EMR Serverless are listed by state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("states", "listed"),
    [
        (None, {"created", "started"}),
        (["CREATED"], {"created"}),
        (["STARTED"], {"started"}),
        (["CREATED", "STARTED"], {"created", "started"}),
        (["TERMINATED"], set()),
    ],
)
def test_applications_are_listed_by_state(
    client: Callable[..., Any], unique: str, states: list[str] | None, listed: set[str]
) -> None:
    emr = client("emr-serverless")
    for name in ("created", "started"):
        made = emr.create_application(name=f"{unique}-{name}", releaseLabel="emr-7.5.0", type="SPARK")
        if name == "started":
            emr.start_application(applicationId=made["applicationId"])
    found = emr.list_applications(**({"states": states} if states else {}))["applications"]
    mine = {one["name"].removeprefix(f"{unique}-") for one in found if one["name"].startswith(f"{unique}-")}
    assert mine == listed
