"""Mutation score over a sample of the weakenings of prod (`python -m mutation` runs all)."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from gate_helpers import configuration, resource, warm_gate

from mutation import equivalent_mutants, plan_mutants
from mutation import score as score_module
from mutation.mutant import Mutant
from mutation.score import catalogue, measure, part, read, sampled
from nonempty import nonempty

PROJECT = Path(__file__).parents[2]
SIZE = 200
"""Evaluated in less than 30 seconds."""


@pytest.fixture(scope="module")
def stacks(synthesized: Path) -> dict[str, Any]:
    return read(synthesized, "prod-*")


def test_most_mutants_and_all_critical_ones_are_rejected(stacks: dict[str, Any]) -> None:
    score = measure(warm_gate(), stacks, SIZE)
    assert score.tried == SIZE
    survivors = [str(mutant) for mutant in score.survivors]
    assert sum(mutant.critical for mutant in score.survivors) == 0, survivors
    assert score.percent >= 97, survivors  # of the sample; all mutants must reach 98


def test_sampling_is_deterministic(stacks: dict[str, Any]) -> None:
    mutants = list(catalogue(stacks))
    chosen = [str(mutant) for mutant in sampled(mutants, SIZE)]
    assert chosen == [str(mutant) for mutant in sampled(mutants[::-1], SIZE)]
    assert len({mutant.category for mutant in sampled(mutants, SIZE)}) > 15


def test_parts_are_the_whole_catalogue(stacks: dict[str, Any]) -> None:
    """Files of tests evaluate one part each, in parallel; together they evaluate every mutant once."""
    mutants = list(catalogue(stacks))
    parts = [part(mutants, number, 2) for number in (1, 2)]
    assert Counter(map(str, mutants)) == Counter(str(mutant) for one in parts for mutant in one)
    assert abs(len(parts[0]) - len(parts[1])) <= 1


def test_measured_parts_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = [Mutant("test", "dev-x", f"aws_x.R{n}", "", "nothing", True, lambda _: None) for n in range(5)]
    monkeypatch.setattr(score_module, "catalogue", lambda _: iter(harmless))
    stacks = {"dev-x": configuration({}, tier="sandbox")}
    survivors = [
        mutant.address for number in (1, 2) for mutant in measure(warm_gate(), stacks, number=number, parts=2).survivors
    ]
    assert sorted(survivors) == [mutant.address for mutant in harmless]


def test_mutants_cover_the_catalog(stacks: dict[str, Any]) -> None:
    mutants = list(catalogue(stacks))
    kinds = Counter(mutant.category for mutant in mutants)
    assert len(kinds) >= 30, kinds
    assert {
        "plan: data deleted",
        "privilege escalation",
        "principal widened",
        "deny statement removed",
        "plan: unknown",
        "SQL rewritten",
        "condition negated",
        "condition of another account",
        "foreign principal",
        "foreign destination",
    } <= set(kinds)
    left_out = [mutant for mutant in mutants if equivalent_mutants.reason(mutant)]
    assert 0 < len(left_out) < 0.2 * len(mutants)
    for category in (
        "privilege escalation",
        "deny statement removed",
        "access opened",
        "foreign principal",
        "foreign destination",
        "provider",
        "state",
        "plan: data deleted",
    ):
        assert category in kinds
        assert category not in {mutant.category for mutant in left_out}


def test_each_mutant_changes_the_configuration(stacks: dict[str, Any]) -> None:
    """A mutant changes a copy of the configuration and leaves the original unchanged."""
    before = copy.deepcopy(stacks)
    for mutant in nonempty(sampled(list(catalogue(stacks)), 400)):
        base = plan_mutants.unchanged(stacks[mutant.stack]) if mutant.stage == "plan" else stacks[mutant.stack]
        changed = copy.deepcopy(base)
        mutant.apply(changed)
        assert changed != base, str(mutant)
    assert stacks == before


def test_passing_mutants_survive(monkeypatch: pytest.MonkeyPatch) -> None:
    """The harness must count passing mutants as survivors."""
    queue = {"aws_sqs_queue": {"Q": resource("dev-x/Q", name="q")}}
    harmless = Mutant("test", "dev-x", "aws_x.Harmless", "", "nothing", True, lambda _: None)
    weak = Mutant("test", "dev-x", "aws_sqs_queue.Q", "", "added", True, lambda d: d["resource"].update(queue))
    broken = Mutant("test", "dev-x", "aws_x.Broken", "", "no object", True, lambda d: d.update(resource=[1]))
    monkeypatch.setattr(score_module, "catalogue", lambda _: iter([harmless, weak, broken]))
    score = measure(warm_gate(), {"dev-x": configuration({}, tier="sandbox")})
    assert [mutant.address for mutant in score.survivors] == ["aws_x.Harmless"]
    assert score.percent == pytest.approx(100 * 2 / 3)


def test_mutation_command(synthesized: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "mutation", *words],
            cwd=PROJECT / "benchmarks",
            capture_output=True,
            text=True,
            check=False,
        )

    done = run(str(synthesized), "--stacks", "prod-catalog", "--sample", "20", "--fail-under", "0", "--json")
    report = json.loads(done.stdout)
    assert report["tried"] == 20
    assert done.returncode == int(any(survivor["critical"] for survivor in report["survivors"]))
    assert run(str(synthesized), "--stacks", "none-*").returncode == 2
    for unusable in ("0/2", "3/2", "1", "half"):
        done = run(str(synthesized), "--part", unusable)
        assert (done.returncode, "expected N/PARTS" in done.stderr) == (2, True)
