"""Letters of availability zones: checked by region, and required where accounts have different ones."""

from __future__ import annotations

from typing import Any

import pytest
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend

from lakekit.environment.availability_zones import DIFFERING, LETTERS, problem_of_zones
from lakekit.testing import environment


@pytest.mark.parametrize("region", sorted(LETTERS))
def test_the_table_has_the_zones_that_accounts_were_seen_with(region: str) -> None:
    seen = "".join(sorted(zone.name.removeprefix(region) for zone in RegionsAndZonesBackend.zones[region]))
    assert seen
    assert set(seen) <= set(LETTERS[region])
    assert region in DIFFERING or seen == LETTERS[region]
    # The default of every tier exists.
    assert region in DIFFERING or {"a", "b", "c"} <= set(seen)


@pytest.mark.parametrize("region", sorted(DIFFERING))
def test_letters_are_required_where_accounts_differ(region: str) -> None:
    with pytest.raises(ValueError, match=rf"zones of {region} differ by account .*: set network.zones"):
        environment(region=region)
    first, second = LETTERS[region][0], LETTERS[region][1]
    assert environment(region=region, network={"zones": [first, second]}).network.zones == (first, second)
    assert environment(region=region, network={"enabled": False})


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ({"zones": ["a", "d"]}, "eu-west-1 has no availability zone d; it has a, b, c"),
        (
            {"existing": {"vpc_id": "vpc-01234567", "cidr": "10.20.0.0/16", "subnets": {"f": "subnet-01234567"}}},
            "eu-west-1 has no availability zone f",
        ),
    ],
)
def test_letters_that_a_region_does_not_have_are_rejected(network: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        environment(network=network)


def test_regions_without_a_table_are_not_checked() -> None:
    assert problem_of_zones("xx-new-1", ["f"]) is None
    assert problem_of_zones("xx-new-1", None) is None


def test_an_account_of_northern_california_has_two_zones() -> None:
    assert problem_of_zones("us-west-1", ["a", "c"]) is None
    assert "name 2 at most" in str(problem_of_zones("us-west-1", ["a", "b", "c"]))
