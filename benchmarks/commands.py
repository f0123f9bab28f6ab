"""Time of commands that only read or refuse, against loading the rules or cdktf, which they do not need.

python benchmarks/commands.py [--runs 3]
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import measure

LAKEKIT = str(Path(sys.executable).parent / "lakekit")
RULES = (sys.executable, "-c", "from lakekit_policies.pack.load import load_pack; load_pack()")
CDKTF = (sys.executable, "-c", "import lakekit.bindings, cdktf")

# Title, arguments, exit code, and the program that the command would need if it loaded everything first.
COMMANDS = (
    ("policies explain", ("policies", "explain", "LK_S3_3"), 0, RULES),
    ("policies list", ("policies", "list", "--format", "json"), 0, RULES),
    ("gate plan, missing file", ("gate", "plan", "missing.json"), 3, RULES),
    ("deploy, unknown option", ("deploy", "--typo"), 2, CDKTF),
    ("deploy, unknown environment", ("deploy", "dve"), 2, CDKTF),
    ("names", ("names", "dev"), 0, CDKTF),
)


def main() -> None:
    """Print a row for each command."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--runs", type=int, default=3, help="measured pairs")
    runs = asked.parse_args().runs
    print(measure.HEADER.replace("stock", "everything loaded").replace("ours", "command"))
    for title, arguments, code, everything in COMMANDS:
        ours = [measure.Step((LAKEKIT, *arguments), accepted=(code,))]
        print(measure.compare(title, ours, [measure.Step(everything)], runs), flush=True)


if __name__ == "__main__":
    main()
