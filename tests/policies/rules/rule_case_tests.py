"""Tests that are generated for every table of cases."""

from __future__ import annotations

from rule_cases import Document, evaluate_rule


def test_passes(passing: tuple[str, Document]) -> None:
    rule, document = passing
    assert evaluate_rule(rule, document) == []


def test_rejects(failing: tuple[str, Document, str]) -> None:
    rule, document, expected = failing
    found = evaluate_rule(rule, document)
    assert found, f"{rule} found nothing"
    assert any(expected in message for message in found), found
