"""Widening of values: classification levels, LF-tag expressions and row filters."""

from __future__ import annotations

from typing import Any

import pytest

from lakekit_policies.plan_rules import _value_widening as widening
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.stack_metadata import StackMetadata


def tags(**values: str) -> list[dict[str, Any]]:
    return [{"key": key, "value": value} for key, value in values.items()]


RAISED = [
    ("public", "internal"),
    ("internal", "Restricted"),
    (tags(classification="confidential", zone="raw"), tags(classification="restricted", zone="raw")),
]
NOT_RAISED = [
    (tags(zone="raw"), tags(zone="raw", classification="public")),
    ("restricted", "confidential"),
    ("restricted", "secret"),
    ("secret", "restricted"),
    (tags(classification="restricted"), tags()),
    (tags(classification="internal", zone="raw"), tags(classification="restricted", zone="curated")),
    (tags(domain="public"), tags(domain="restricted")),
]


@pytest.mark.parametrize(("before", "after"), RAISED)
def test_a_higher_level_is_raised(before: Any, after: Any) -> None:
    assert widening.classification_raised(before, after)


@pytest.mark.parametrize(("before", "after"), NOT_RAISED)
def test_a_lower_or_unknown_level_or_another_tag_is_not_raised(before: Any, after: Any) -> None:
    assert not widening.classification_raised(before, after)


OWN_ORDER = StackMetadata(vocabularies={"classification": ("restricted", "open", "secret")})


@pytest.mark.parametrize(("before", "after"), [("open", "secret"), ("restricted", "open"), ("restricted", "Secret")])
def test_levels_are_compared_in_the_order_of_the_environment(before: str, after: str) -> None:
    with stack_context.use_context(OWN_ORDER):
        assert widening.classification_raised(before, after)
        assert not widening.classification_raised(after, before)
    assert not widening.classification_raised(before, after)


@pytest.mark.parametrize(("before", "after"), [("public", "restricted"), ("open", "confidential"), ("public", "open")])
def test_a_level_that_the_environment_does_not_have_is_not_raised(before: str, after: str) -> None:
    with stack_context.use_context(OWN_ORDER):
        assert not widening.classification_raised(before, after)


def expression(**values: list[str]) -> list[dict[str, Any]]:
    return [{"key": key, "values": chosen} for key, chosen in values.items()]


def test_a_wildcard_value_is_every_value_of_a_tag() -> None:
    some, every = expression(classification=["public"]), expression(classification=["*"])
    assert widening.tag_expression_widened(some, every)
    assert not widening.tag_expression_widened(every, some)
    assert not widening.tag_expression_widened(every, expression(zone=["raw"]))
    assert widening.tag_expression_widened(expression(zone=["raw"]), every)
    named = [{"tag_key": "zone", "tag_values": ["raw"]}]
    assert widening.tag_expression_widened(named, [{"tag_key": "zone", "tag_values": ["raw", "curated"]}])


def test_a_filter_with_a_narrower_comparison_is_no_widening() -> None:
    assert not widening.filter_widened("amount > 100", "amount > 200")
    assert not widening.filter_widened("country IN ('fr', 'de')", "country = 'fr'")
    assert widening.filter_widened("amount > 200", "amount > 100")
    assert widening.filter_widened("name LIKE 'a%'", "name LIKE '%'")
    assert widening.filter_widened("country = 'fr'", "")
