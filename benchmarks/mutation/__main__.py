"""The mutation score of a synthesized directory: ``python -m mutation cdktf.out``."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from lakekit_policies.errors import GateError
from lakekit_policies.gate.client import Gate
from mutation.score import Score, measure, read


def main() -> int:
    """Measure and print; exit with 1 if the score is too low or a critical mutant survives."""
    asked = argparse.ArgumentParser(prog="python -m mutation", description=main.__doc__)
    asked.add_argument("directory", type=Path, nargs="?", default=Path("cdktf.out"), help="synthesized directory")
    asked.add_argument("--stacks", default="prod-*", help="pattern of stack names (prod-*)")
    asked.add_argument("--sample", type=int, help="size of a reproducible sample")
    asked.add_argument(
        "--part", type=_part, default=(1, 1), metavar="N/PARTS", help="one of several parts of equal size (1/1)"
    )
    asked.add_argument("--fail-under", type=float, default=98.0, help="percent (98)")
    asked.add_argument("--rules", type=Path, action="append", default=[], help="folder with additional rules")
    asked.add_argument("--json", action="store_true", help="for programs")
    given = asked.parse_args()
    stacks = read(given.directory, given.stacks)
    if not stacks:
        asked.error(f"{given.directory}: no stack matches {given.stacks}; synthesize first")
    started = time.perf_counter()
    try:
        with Gate.start(rules=given.rules) as gate:
            score = measure(gate, stacks, given.sample, number=given.part[0], parts=given.part[1])
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except GateError as error:
        sys.stderr.write(f"could not evaluate: {error}\n")
        return error.exit_code
    seconds = time.perf_counter() - started
    if given.json:
        sys.stdout.write(json.dumps(_plain(score, seconds), indent=2) + "\n")
    else:
        _show(score, seconds)
    return int(score.percent < given.fail_under or any(mutant.critical for mutant in score.survivors))


def _part(text: str) -> tuple[int, int]:
    """Read `N/PARTS`."""
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    number, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= number <= parts:
        raise argparse.ArgumentTypeError(f"`{text}`: expected N/PARTS with N from 1 to PARTS, such as 1/2")
    return number, parts


def _plain(score: Score, seconds: float) -> dict[str, object]:
    return {
        "tried": score.tried,
        "percent": round(score.percent, 2),
        "seconds": round(seconds, 1),
        "categories": {name: [c.rejected, c.tried] for name, c in score.categories.items()},
        "survivors": [{"mutant": str(m), "category": m.category, "critical": m.critical} for m in score.survivors],
        "equivalent": score.equivalent,
    }


def _show(score: Score, seconds: float) -> None:
    console = Console(highlight=False)
    table = Table("weakening", "tried", "rejected", "score", box=None, pad_edge=False)
    for name, category in score.categories.items():
        percent = 100 * category.rejected / category.tried
        table.add_row(name, str(category.tried), str(category.rejected), f"{percent:.1f} %")
    table.add_row("all", str(score.tried), str(score.tried - len(score.survivors)), f"{score.percent:.2f} %")
    console.print(table)
    for (kind, place, change, critical), number in sorted(
        Counter((m.category, m.place, m.change, m.critical) for m in score.survivors).items()
    ):
        mark = "CRITICAL " if critical else ""
        console.print(f"survives: {mark}{kind}: {place}: {change} ({number})", soft_wrap=True, markup=False)
    for why, number in sorted(score.equivalent.items()):
        console.print(f"equivalent: {number}: {why}", soft_wrap=True, markup=False)
    console.print(f"{score.tried} mutants in {seconds:.1f} s")


if __name__ == "__main__":
    sys.exit(main())
