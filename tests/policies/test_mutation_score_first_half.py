"""Mutation score over the first half of all weakenings of prod; `test_mutation_score.py` evaluates a sample."""

from __future__ import annotations

from pathlib import Path

import pytest
from mutation_part import assert_part_is_rejected

pytestmark = pytest.mark.full


def test_all_critical_weakenings_are_rejected(synthesized: Path) -> None:
    assert_part_is_rejected(synthesized, 1)
