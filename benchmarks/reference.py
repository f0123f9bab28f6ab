"""The reference deployment: `stacks/main.py` against stock imports, and against these and the checkov CLI.

    python benchmarks/reference.py [--pairs 3] [--env dev]

Both sides build the same stacks with the same constructs. "Stock" switches lazy loading off
(`LAKEKIT_STOCK_BINDINGS=1`) and, for the gate, runs the stock `checkov` CLI over what was written, made
readable for it first (see strip_required_version.py; not counted). That CLI runs checkov's own rules only; the two
sides
are compared for time and memory, not for what they find.
"""

import argparse
import sys
import sysconfig
import tempfile
from pathlib import Path

from measure import HEADER, Step, compare

HERE = Path(__file__).parent
MAIN = str(HERE.parent / "stacks" / "main.py")
UNGATED = str(HERE / "ungated.py")
STRIP_REQUIRED_VERSION = str(HERE / "strip_required_version.py")
CHECKOV = str(Path(sysconfig.get_path("scripts")) / "checkov")
STOCK = {"LAKEKIT_STOCK_BINDINGS": "1"}
JUDGED = (0, 1)  # clean, or findings: both are a complete run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=3, help="measured runs of each side")
    parser.add_argument("--env", help="one environment; all of them by default")
    options = parser.parse_args()
    chosen = {"LAKEKIT_ENV": options.env} if options.env else {}
    scope = options.env or "all environments"

    with tempfile.TemporaryDirectory() as folder:
        ours, stock = (chosen | {"CDKTF_OUTDIR": f"{folder}/{side}"} for side in ("ours", "stock"))
        checkov = [sys.executable, CHECKOV, "-d", f"{folder}/stock/stacks", "--framework", "terraform_json"]
        quiet = ["--quiet", "--compact", "--skip-download"]
        synth = compare(
            f"synth, {scope}",
            [Step([sys.executable, UNGATED], ours)],
            [Step([sys.executable, UNGATED], stock | STOCK)],
            options.pairs,
        )
        gated = compare(
            f"synth and gate, {scope}",
            [Step([sys.executable, MAIN], ours, JUDGED)],
            [
                Step([sys.executable, UNGATED], stock | STOCK),
                Step([sys.executable, STRIP_REQUIRED_VERSION, f"{folder}/stock"], counts=False),
                Step(checkov + quiet, accepted=JUDGED),
            ],
            options.pairs,
        )
    print("\n".join([HEADER, synth, gated]))


if __name__ == "__main__":
    main()
