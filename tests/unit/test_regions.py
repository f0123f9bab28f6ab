"""The form of AWS regions in environment files."""

from __future__ import annotations

import botocore.session
import pytest
from pydantic import TypeAdapter, ValidationError

from lakekit.environment.field_types import Region
from nonempty import nonempty

REGION: TypeAdapter[str] = TypeAdapter(Region)


def test_every_region_is_valid() -> None:
    session = botocore.session.get_session()
    partitions = session.get_available_partitions()
    for region in nonempty([one for name in partitions for one in session.get_available_regions("ec2", name)]):
        assert REGION.validate_python(region) == region


@pytest.mark.parametrize(
    "text",
    ["eu-wst-1", "eu-west", "eu-west-1a", "EU-WEST-1", "eu--1", "eus-west-1", "eu-west-0"],
)
def test_typing_errors_are_rejected(text: str) -> None:
    with pytest.raises(ValidationError):
        REGION.validate_python(text)
