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
from mutation.score import catalogue, measure, part, read, sampled, survivors
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
    accepted = [str(mutant) for mutant in score.survivors]
    assert sum(mutant.critical for mutant in score.survivors) == 0, accepted
    assert score.percent >= 97, accepted  # of the sample; all mutants must reach 98


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
    accepted = [
        mutant.address for number in (1, 2) for mutant in measure(warm_gate(), stacks, number=number, parts=2).survivors
    ]
    assert sorted(accepted) == [mutant.address for mutant in harmless]


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


def test_each_entry_of_equivalent_mutants_is_needed(stacks: dict[str, Any], tmp_path: Path) -> None:
    """The gate accepts at least one of its mutants; an entry without any would hide nothing, or a later survivor."""
    waiting: dict[tuple[str, str, str], list[Mutant]] = {}
    for mutant in catalogue(stacks):
        if found := equivalent_mutants.entry(mutant):
            waiting.setdefault(found, []).append(mutant)
    assert {*equivalent_mutants.EQUIVALENT} <= set(waiting)
    for number in range(max(map(len, waiting.values()))):
        batch = [mutants[number] for mutants in waiting.values() if len(mutants) > number]
        for mutant in survivors(warm_gate(), stacks, batch, tmp_path):
            waiting.pop(equivalent_mutants.entry(mutant) or ("", "", ""), None)
        if not waiting:
            break
    assert not waiting


def test_stacks_that_are_rejected_unchanged_have_no_score(stacks: dict[str, Any]) -> None:
    """Each of their mutants would count as rejected; so a stack is evaluated under its own name."""
    group = {"aws_sqs_queue": {"Q": resource("dev-x/Q", name="q")}}
    with pytest.raises(ValueError, match="rejected without a mutation: dev-x at synth, dev-x at plan"):
        measure(warm_gate(), {"dev-x": configuration(group)})
    renamed = {"prod-other": stacks["prod-observability"]}
    with pytest.raises(ValueError, match="rejected without a mutation: prod-other at synth"):
        measure(warm_gate(), renamed, 1)


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
