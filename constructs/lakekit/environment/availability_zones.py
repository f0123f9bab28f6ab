"""Letters of availability zones by region.

Source: AWS regions and availability zones ("AWS Availability Zones", "Regions with independently mapped Availability
Zones"). A region that is not listed is not checked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_THREE: Final = (
    *("af-south-1", "ap-east-1", "ap-northeast-3", "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2"),
    *("ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ca-west-1", "cn-northwest-1"),
    *("eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"),
    *("il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-2", "us-gov-east-1"),
    "us-gov-west-1",
)
LETTERS: Final[dict[str, str]] = {
    **dict.fromkeys(_THREE, "abc"),
    "ap-northeast-1": "abcd",
    "ap-northeast-2": "abcd",
    "ca-central-1": "abcd",
    "cn-north-1": "abd",
    "us-east-1": "abcdef",
    "us-west-1": "abc",
    "us-west-2": "abcd",
}
"""Letters that an account may have."""
DIFFERING: Final[dict[str, str]] = {
    "ap-northeast-1": "new accounts have a, c and d",
    "ca-central-1": "new accounts have a, b and d",
    "cn-north-1": "most accounts have a and b",
    "us-west-1": "an account has two of a, b and c",
}
"""Regions in which accounts have different letters."""
MOST: Final[dict[str, int]] = {"us-west-1": 2}
"""How many of the letters an account has, where that are not all."""


def problem_of_zones(region: str, letters: Iterable[str] | None) -> str | None:
    """Return what is wrong with the letters of a network; None if nothing is.

    Args:
        region: the region.
        letters: the letters; None for the default of the tier.
    """
    if letters is None:
        if region not in DIFFERING:
            return None
        return f"the availability zones of {region} differ by account ({DIFFERING[region]}): set network.zones"
    given = tuple(letters)
    if len(given) > (most := MOST.get(region, len(given))):
        return f"{region}: {len(given)} zones are named, and {DIFFERING[region]}; name {most} at most"
    known = LETTERS.get(region)
    wrong = [letter for letter in given if known is not None and letter not in known]
    if not wrong:
        return None
    return f"{region} has no availability zone {', '.join(wrong)}; it has {', '.join(known or '')}"
