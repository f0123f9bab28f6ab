"""Mutation score over every weakening of prod; `test_mutation_score.py` evaluates a sample of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from gate_helpers import warm_gate

from mutation.score import measure, read

pytestmark = pytest.mark.full


def test_all_critical_weakenings_of_prod_are_rejected(synthesized: Path) -> None:
    score = measure(warm_gate(), read(synthesized, "prod-*"), None)
    assert score.tried > 4_000
    assert sum(mutant.critical for mutant in score.survivors) == 0, [str(mutant) for mutant in score.survivors]
    assert score.percent >= 98, [str(mutant) for mutant in score.survivors]
