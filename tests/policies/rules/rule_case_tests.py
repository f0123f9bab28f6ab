"""The two tests that every table of cases gets."""

from __future__ import annotations

from rule_cases import Document, judged


def test_passes(passing: tuple[str, Document]) -> None:
    rule, document = passing
    assert judged(rule, document) == []


def test_rejects(failing: tuple[str, Document, str]) -> None:
    rule, document, words = failing
    found = judged(rule, document)
    assert found, f"{rule} saw nothing"
    assert any(words in message for message in found), found
