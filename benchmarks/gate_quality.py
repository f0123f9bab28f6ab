"""How good the verdicts of the gate are, in three numbers.

    python benchmarks/gate_quality.py [CDKTF_OUT]

1. Weakenings of the synthesized stacks that are rejected (``mutation``): a reproducible sample, or the complete
   result of ``python -m mutation --json`` with ``--mutation-report``.
2. Hostile configurations that are rejected for their weakness.
3. Plans of modules: faults that are reported, and findings that are untrue.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

import mutation.score
from lakekit_policies import Gate
from quality import cases, modules

DATA = Path(__file__).parents[1] / "tests" / "policies" / "data"
console = Console(highlight=False, markup=False, soft_wrap=True)


def main() -> None:
    """Print the table, then each case, fault and finding that is not as labelled."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("stacks", type=Path, nargs="?", help="synthesized directory, for the sample of weakenings")
    asked.add_argument("--pattern", default="prod-*", help="pattern of stack names (prod-*)")
    asked.add_argument("--sample", type=int, default=200, help="size of the sample (200)")
    asked.add_argument("--mutation-report", type=Path, help="output of `python -m mutation --json`")
    asked.add_argument("--cases", type=Path, default=DATA, help="directory with cases.tsv")
    asked.add_argument("--modules", type=Path, default=DATA / "modules", help="directory with labels.yaml")
    given = asked.parse_args()
    table = Table("measured", "tried", "result", box=None, pad_edge=False)
    with Gate.start() as gate:
        if given.mutation_report:
            report = json.loads(given.mutation_report.read_text(encoding="utf-8"))
            table.add_row("weakenings rejected", str(report["tried"]), f"{report['percent']:.2f} %")
        elif given.stacks:
            score = mutation.score.measure(gate, mutation.score.read(given.stacks, given.pattern), given.sample)
            table.add_row("weakenings rejected (sample)", str(score.tried), f"{score.percent:.2f} %")
        details = [*add_cases(table, gate, given.cases), *add_modules(table, gate, given.modules)]
    console.print(table)
    for line in details:
        console.print(line)


def add_cases(table: Table, gate: Gate, directory: Path) -> list[str]:
    """Add the rows of the hostile cases; return a line for each that is not named."""
    results = list(cases.evaluate(gate, directory))
    tried = str(len(results))
    table.add_row("hostile cases rejected", tried, share(sum(one.is_rejected for one in results), len(results)))
    labelled = [one for one in results if one.case.rules]
    if labelled:
        named = sum(one.is_named for one in labelled)
        table.add_row("hostile cases rejected by their rules", str(len(labelled)), share(named, len(labelled)))
    return [
        f"{one.case.file}: {one.case.weakness}: exit code {one.exit_code}, not reported by "
        f"{', '.join(sorted(one.missing)) or 'any rule'}"
        for one in results
        if not one.is_rejected or one.missing
    ]


def add_modules(table: Table, gate: Gate, directory: Path) -> list[str]:
    """Add the rows of the plans of modules; return a line for each missed fault and untrue finding."""
    results = list(modules.evaluate(gate, directory))
    true, missed, untrue = (sum(len(getattr(one, kind)) for one in results) for kind in ("true", "missed", "untrue"))
    table.add_row("faults in plans of modules reported", str(true + missed), share(true, true + missed))
    table.add_row("untrue findings in these plans", str(true + untrue), share(untrue, true + untrue))
    table.add_row("findings about unknown values in them", "", str(sum(one.unknown for one in results)))
    lines = []
    for one in results:
        lines += [f"{one.plan}: {rule} misses {address}" for rule, address in sorted(one.missed)]
        lines += [
            f"{one.plan}: {key[0]} is untrue of {key[1]}: {one.known.get(key, 'not labelled')}"
            for key in sorted(one.untrue)
        ]
    return lines


def share(part: int, whole: int) -> str:
    """A number and its percentage."""
    return f"{part} ({100 * part / whole:.1f} %)" if whole else "-"


if __name__ == "__main__":
    main()
