"""The role of `lakekit smoke` reaches one table."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_builder import stack

from lakekit.catalog import Database, SmokeTestRole, smoke_test_zone
from lakekit.catalog.smoke_test_role import SMOKE_TEST_TABLE
from lakekit.storage import Zone
from lakekit.testing import environment, resources
from lakekit_cli.commands.smoke import DEFAULT_TABLE
from nonempty import nonempty


def test_role_writes_one_table_and_is_assumed_by_administrators() -> None:
    template = stack(
        lambda s: SmokeTestRole(
            s, "SmokeTest", database=Database(s, "Curated", zone=Zone.from_name(s, "Zone", "curated"), name="curated")
        ),
        governance={"administrators": ["deployer"], "domains": ["sales"]},
    )
    (role,) = resources(template, "aws_iam_role").values()
    assert role["name"] == "acme-dev-smoke-test"
    (trust,) = json.loads(role["assume_role_policy"])["Statement"]
    assert trust["Principal"] == {"AWS": "arn:aws:iam::111111111111:role/deployer"}
    (policy,) = resources(template, "aws_iam_role_policy").values()
    objects = [
        resource
        for one in json.loads(policy["policy"])["Statement"]
        for resource in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
        if resource.startswith("arn:aws:s3:::") and "/" in resource
    ]
    path = f"acme-dev-lake-curated-111111111111-eu-west-1/curated/{SMOKE_TEST_TABLE}"
    assert nonempty(objects) == [f"arn:aws:s3:::{path}/*"]
    grants = list(resources(template, "aws_lakeformation_permissions").values())
    assert [one["permissions"] for one in grants] == [["CREATE_TABLE", "DESCRIBE"], ["DATA_LOCATION_ACCESS"]]
    assert grants[1]["data_location"]["arn"] == f"arn:aws:s3:::{path}"


def test_command_and_role_have_the_same_table() -> None:
    assert DEFAULT_TABLE == SMOKE_TEST_TABLE


@pytest.mark.parametrize(
    ("zones", "chosen"),
    [
        ({"raw": {}, "curated": {}, "gold": {}}, "curated"),
        ({"raw": {}, "gold": {}, "landing": {"holds_tables": False}}, "gold"),
        ({"landing": {"holds_tables": False}}, None),
    ],
)
def test_zone_of_the_smoke_test(zones: dict[str, Any], chosen: str | None) -> None:
    assert smoke_test_zone(environment(lake={"zones": zones})) == chosen
