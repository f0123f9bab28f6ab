"""Evaluate mutants with a warm gate, and compute the score."""

from __future__ import annotations

import copy
import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

from lakekit_policies.errors import GateError
from lakekit_policies.gate.client import Gate
from lakekit_policies.terraform.other_configuration import STACK_FILE
from lakekit_policies.terraform.synthesized_directory import stack_files
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from mutation import (
    equivalent_mutants,
    lifecycle_and_providers,
    plan_mutants,
    setting_mutants,
    sql_mutants,
    statement_mutants,
)
from mutation.mutant import Document, Mutant

UNCHANGED: Final = "unchanged"


@dataclass
class Category:
    """Result of the mutants of one category."""

    tried: int = 0
    survivors: list[Mutant] = field(default_factory=list)

    @property
    def rejected(self) -> int:
        return self.tried - len(self.survivors)


@dataclass
class Score:
    """Result of all mutants."""

    categories: dict[str, Category] = field(default_factory=dict)
    equivalent: dict[str, int] = field(default_factory=dict)
    """Number of equivalent mutants by reason."""

    @property
    def tried(self) -> int:
        return sum(category.tried for category in self.categories.values())

    @property
    def survivors(self) -> list[Mutant]:
        return [mutant for category in self.categories.values() for mutant in category.survivors]

    @property
    def percent(self) -> float:
        return 100 * (1 - len(self.survivors) / self.tried) if self.tried else 0.0


def catalogue(stacks: Mapping[str, Document]) -> Iterator[Mutant]:
    """Every mutant of every stack, in a fixed order."""
    for stack, document in sorted(stacks.items()):
        for kind in (setting_mutants, statement_mutants, sql_mutants, lifecycle_and_providers, plan_mutants):
            yield from kind.mutants(stack, document)


def read(directory: Path, pattern: str = "*") -> dict[str, Document]:
    """The synthesized stacks of a directory whose names match."""
    files = [file for file in stack_files(directory) if fnmatchcase(file.parent.name, pattern)]
    return {file.parent.name: dict(SynthesizedStack.read(file).configuration) for file in files}


def sampled(mutants: Sequence[Mutant], size: int | None) -> list[Mutant]:
    """A reproducible sample; all mutants without a size."""
    if size is None or len(mutants) <= size:
        return list(mutants)
    return sorted(mutants, key=lambda mutant: hashlib.sha256(str(mutant).encode()).digest())[:size]


def part(mutants: Sequence[Mutant], number: int, parts: int) -> list[Mutant]:
    """Mutants of one of several parts of equal size, whose union is the sequence.

    Parts take turns, so that each has mutants of every category and stack.

    Args:
        mutants: in the order of the catalogue.
        number: the part, from 1.
        parts: how many there are.
    """
    return list(mutants[number - 1 :: parts])


def measure(
    gate: Gate, stacks: Mapping[str, Document], size: int | None = None, *, number: int = 1, parts: int = 1
) -> Score:
    """Evaluate the catalogue, one part of it, or a sample of that.

    Args:
        gate: a started gate.
        stacks: configurations by name.
        size: of the sample; all mutants without it.
        number: the part to evaluate, from 1.
        parts: how many there are.
    """
    score = Score()
    counting: list[Mutant] = []
    for mutant in part(list(catalogue(stacks)), number, parts):
        if why := equivalent_mutants.reason(mutant):
            score.equivalent[why] = score.equivalent.get(why, 0) + 1
        else:
            counting.append(mutant)
    chosen = sampled(counting, size)
    for mutant in chosen:
        score.categories.setdefault(mutant.category, Category()).tried += 1
    with tempfile.TemporaryDirectory(prefix="lakekit-mutants-") as folder:
        _check_unchanged(gate, stacks, {mutant.stack for mutant in chosen}, Path(folder))
        for mutant in survivors(gate, stacks, chosen, Path(folder)):
            score.categories[mutant.category].survivors.append(mutant)
    score.categories = dict(sorted(score.categories.items()))
    return score


def _check_unchanged(gate: Gate, stacks: Mapping[str, Document], names: Set[str], folder: Path) -> None:
    """Check that the gate accepts every stack without a mutation, evaluated like the mutants.

    Otherwise every mutant of that stack would count as rejected, for a reason of its own.

    Raises:
        ValueError: It rejects one.
    """
    controls = [
        Mutant(UNCHANGED, name, "", "", "none", False, lambda _: None, stage)
        for name in sorted(names)
        for stage in ("synth", "plan")
    ]
    accepted = list(survivors(gate, stacks, controls, folder))
    if rejected := [f"{one.stack} at {one.stage}" for one in controls if one not in accepted]:
        raise ValueError(
            f"rejected without a mutation: {', '.join(rejected)}; synthesize again and correct the findings"
        )


def survivors(gate: Gate, stacks: Mapping[str, Document], mutants: Sequence[Mutant], folder: Path) -> Iterator[Mutant]:
    """The mutants that the gate does not reject.

    Args:
        gate: a started gate.
        stacks: configurations by name.
        mutants: what to evaluate.
        folder: an empty folder.
    """
    by_stack: dict[str, list[Mutant]] = {}
    for mutant in mutants:
        if mutant.stage == "synth":
            by_stack.setdefault(mutant.stack, []).append(mutant)
    # Rules compare the name of a stack with its content, so that one evaluation takes one mutant of each stack.
    for batch in zip_longest(*by_stack.values()):
        yield from _synth_survivors(gate, stacks, [mutant for mutant in batch if mutant is not None], folder / "out")
    base: dict[str, Document] = {}
    for mutant in mutants:
        if mutant.stage == "plan":
            if mutant.stack not in base:
                base = {mutant.stack: plan_mutants.unchanged(stacks[mutant.stack])}
            if not _is_rejected_in_plan(gate, stacks[mutant.stack], base[mutant.stack], mutant, folder):
                yield mutant


def _synth_survivors(
    gate: Gate, stacks: Mapping[str, Document], batch: Sequence[Mutant], folder: Path
) -> Iterator[Mutant]:
    entries = {}
    for mutant in batch:
        weakened = copy.deepcopy(stacks[mutant.stack])
        mutant.apply(weakened)
        file = folder / "stacks" / mutant.stack / STACK_FILE
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(weakened), encoding="utf-8")
        entries[mutant.stack] = {"name": mutant.stack, "synthesizedStackPath": f"stacks/{mutant.stack}/{STACK_FILE}"}
    for stale in (folder / "stacks").iterdir():
        if stale.name not in entries:
            (stale / STACK_FILE).unlink(missing_ok=True)
            stale.rmdir()
    (folder / "manifest.json").write_text(json.dumps({"stacks": entries}), encoding="utf-8")
    try:
        rejected = {finding.stack for finding in gate.evaluate_synth(folder).findings}
    except GateError:
        # One of them cannot be evaluated, which counts as rejected; evaluate the others one by one.
        if len(batch) > 1:
            for mutant in batch:
                yield from _synth_survivors(gate, stacks, [mutant], folder)
        return
    yield from (mutant for mutant in batch if mutant.stack not in rejected)


def _is_rejected_in_plan(gate: Gate, document: Document, base: Document, mutant: Mutant, folder: Path) -> bool:
    plan: dict[str, Any] = copy.deepcopy(base)
    mutant.apply(plan)
    written = plan_mutants.finished(plan, document)
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (folder / STACK_FILE).write_text(json.dumps(written), encoding="utf-8")
    try:
        verdict = gate.evaluate_plan(folder / "plan.json", stack=folder / STACK_FILE)
    except GateError:
        return True
    if verdict.findings or mutant.category != "plan: unknown":
        return bool(verdict.findings)
    # Unknown values have to be rejected if critical, and reported otherwise, at either stage.
    if verdict.warnings:
        return True
    before = gate.evaluate_synth(folder)
    return bool(before.findings or before.warnings)
