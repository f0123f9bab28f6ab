"""Time saved by the fast bindings: one cdktf program with stock imports and with ours.

python benchmarks/synth.py [--pairs 5]
"""

import argparse
import sys
import tempfile
from pathlib import Path

from measure import HEADER, Step, compare

PROGRAM = str(Path(__file__).with_name("cdktf_program.py"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5, help="measured runs of each side")
    pairs = parser.parse_args().pairs

    with tempfile.TemporaryDirectory() as folder:

        def side(how: str, buckets: int) -> list[Step]:
            return [Step([sys.executable, PROGRAM, how, f"{folder}/{how}", str(buckets)])]

        rows = [
            compare(f"synth, {5 * buckets + 1} blocks", side("ours", buckets), side("stock", buckets), pairs)
            for buckets in (1, 100)
        ]
    print("\n".join([HEADER, *rows]))


if __name__ == "__main__":
    main()
