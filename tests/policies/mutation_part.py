"""Evaluation of half of all weakenings of prod: a file of tests for each, since xdist gives a file to one worker."""

from __future__ import annotations

from pathlib import Path

from gate_helpers import warm_gate

from mutation.score import measure, read

PARTS = 2


def assert_part_is_rejected(synthesized: Path, number: int) -> None:
    """Assert that no critical mutant of a part survives, and at least 98 % of all are rejected."""
    score = measure(warm_gate(), read(synthesized, "prod-*"), number=number, parts=PARTS)
    survivors = [str(mutant) for mutant in score.survivors]
    assert score.tried > 4_000 / PARTS
    assert sum(mutant.critical for mutant in score.survivors) == 0, survivors
    assert score.percent >= 98, survivors
