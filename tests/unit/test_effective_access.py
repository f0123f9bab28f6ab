"""What a role of the environment file may read and write, as a table of filters and tags."""

from __future__ import annotations

from typing import Any

import pytest

from lakekit.environment import RoleSettings, TagFilter
from lakekit.governance.effective_access import can_read, can_read_any, can_write, filters, matches

ORDERS = {"zone": "curated", "domain": "sales", "classification": "internal"}


def role(**filters: dict[str, list[str]]) -> RoleSettings:
    return RoleSettings.model_validate({"trusted_principals": ["sso"], **filters})


@pytest.mark.parametrize(
    ("wanted", "matching"),
    [
        ({"zone": ["curated"]}, True),
        ({"zone": ["raw"]}, False),
        ({"zone": ["raw", "curated"]}, True),
        ({"domain": ["sales"]}, True),
        ({"domain": ["finance"]}, False),
        ({"classification": ["internal"]}, True),
        ({"classification": ["public"]}, False),
        ({"zone": ["curated"], "domain": ["sales"], "classification": ["internal"]}, True),
        ({"zone": ["curated"], "domain": ["sales"], "classification": ["public"]}, False),
        ({"zone": ["curated"], "domain": ["finance"], "classification": ["internal"]}, False),
        ({"zone": ["raw"], "domain": ["sales"], "classification": ["internal"]}, False),
    ],
)
def test_every_key_of_a_filter_has_to_match(wanted: dict[str, list[str]], matching: bool) -> None:
    assert matches(TagFilter.model_validate(wanted), ORDERS) is matching


def test_no_filter_matches_nothing() -> None:
    assert not matches(None, ORDERS)
    assert not matches(TagFilter.model_validate({"domain": ["sales"]}), {"zone": "curated"})


INSIDE: dict[str, list[str]] = {"zone": ["curated"]}
OUTSIDE: dict[str, list[str]] = {"zone": ["raw"]}


@pytest.mark.parametrize(
    ("settings", "readable", "writable"),
    [
        ({"read": INSIDE}, True, False),
        ({"read": OUTSIDE}, False, False),
        ({"write": INSIDE}, True, True),
        ({"write": OUTSIDE}, False, False),
        ({"read": INSIDE, "write": OUTSIDE}, True, False),
        ({"read": OUTSIDE, "write": INSIDE}, True, True),
        ({"read": OUTSIDE, "write": OUTSIDE}, False, False),
    ],
)
def test_writing_includes_reading_and_reading_no_writing(
    settings: dict[str, Any], readable: bool, writable: bool
) -> None:
    assert can_read(role(**settings), ORDERS) is readable
    assert can_write(role(**settings), ORDERS, ["internal"]) is writable
    assert len(filters(role(**settings))) == len(settings)


@pytest.mark.parametrize(
    ("columns", "writable"),
    [
        (["internal"], True),
        (["internal", "public"], True),
        ([], True),
        (["internal", "restricted"], False),
        (["restricted"], False),
    ],
)
def test_writing_needs_the_table_and_every_column(columns: list[str], writable: bool) -> None:
    writer = role(write={"zone": ["curated"], "classification": ["public", "internal"]})
    assert can_write(writer, ORDERS, columns) is writable
    assert not can_write(writer, {**ORDERS, "classification": "restricted"}, columns)
    assert not can_write(writer, {**ORDERS, "zone": "raw"}, columns)
    assert can_write(role(write={"zone": ["curated"]}), {**ORDERS, "classification": "restricted"}, columns)


@pytest.mark.parametrize(
    ("classifications", "readable"),
    [(["restricted", "internal"], True), (["internal"], True), (["restricted"], False), ([], False)],
)
def test_one_readable_classification_is_enough(classifications: list[str], readable: bool) -> None:
    reader = role(read={"zone": ["curated"], "classification": ["internal"]})
    assert can_read_any(reader, {"zone": "curated", "domain": "sales"}, classifications) is readable
    assert not can_read_any(reader, {"zone": "raw", "domain": "sales"}, classifications)
