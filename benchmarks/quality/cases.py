"""Evaluate configurations with one labelled weakness each."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lakekit_policies import Gate, GateError, Verdict
from lakekit_policies.boundary import TrustBoundary

LABELS = "cases.tsv"
"""Columns: file, weakness; optionally rules (separated by commas) and account."""


@dataclass(frozen=True, slots=True)
class Case:
    """A configuration with a weakness.

    Attributes:
        file: a plan (``.json``), a stack (``.tf.json``) or a synthesized directory, relative to the labels.
        weakness: what is wrong with it.
        rules: ids of the rules that must report it; empty if any finding counts.
        account: the account that is stated as trusted; empty to derive the boundary from the configuration.
    """

    file: str
    weakness: str
    rules: frozenset[str]
    account: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of a case.

    Attributes:
        case: the case.
        exit_code: 0 clean, 1 findings, 3 not evaluated.
        missing: rules that must report the weakness and do not.
    """

    case: Case
    exit_code: int
    missing: frozenset[str]

    @property
    def is_rejected(self) -> bool:
        """Whether the configuration cannot be applied."""
        return self.exit_code != 0

    @property
    def is_named(self) -> bool:
        """Whether it is rejected for its weakness."""
        return self.exit_code == 1 and not self.missing


def read(directory: Path) -> list[Case]:
    """The labels of a directory."""
    with (directory / LABELS).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [
        Case(
            row["file"],
            row["weakness"],
            frozenset(filter(None, (row.get("rules") or "").split(","))),
            row.get("account") or "",
        )
        for row in rows
    ]


def evaluate(gate: Gate, directory: Path) -> Iterator[Result]:
    """Evaluate every labelled case of a directory."""
    for case in read(directory):
        try:
            verdict = _verdict(gate, directory / case.file, case.account)
        except GateError as error:
            yield Result(case, error.exit_code, case.rules)
            continue
        reported = {finding.rule_id for finding in verdict.findings}
        yield Result(case, verdict.exit_code, case.rules - reported)


def _verdict(gate: Gate, path: Path, account: str) -> Verdict:
    boundary = TrustBoundary(accounts={account: "account of the case"}, stated=True) if account else None
    if path.is_dir():
        return gate.evaluate_synth(path, boundary=boundary)
    if not path.name.endswith(".tf.json"):
        return gate.evaluate_plan(path, boundary=boundary)
    with tempfile.TemporaryDirectory(prefix="lakekit-case-") as folder:
        shutil.copy(path, Path(folder) / "cdk.tf.json")
        return gate.evaluate_synth(Path(folder), boundary=boundary)
