"""Savings of each hook of lakekit.bindings: synth of one environment with all hooks and with all but one.

    python benchmarks/bindings.py [--pairs 7] [--env dev] [HOOK ...]

Processor time of the whole process (user and system, Node included), medians; the two sides run in turn. `type_errors`
and `creation` are features and not optimizations: their rows show what they cost.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import Step, run

UNGATED = str(Path(__file__).with_name("ungated.py"))
HOOKS = (
    "lazy_python",
    "lazy_node",
    "one_process",
    "bytecode_cache",
    "lazy_packages",
    "attributes",
    "assignments",
    "constants",
    "terraform_version",
    "batches",
    "early_start",
    "prepared",
    "kernel_lookups",
    "type_errors",
    "creation",
)
HEADER = """\
| hook | all hooks | without it | without ÷ all, median of the pairs | share saved |
|---|---|---|---|---|"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("hooks", nargs="*", metavar="HOOK", help=f"of {', '.join(HOOKS)}; all by default")
    parser.add_argument("--pairs", type=int, default=7, help="measured pairs of runs")
    parser.add_argument("--env", default="dev", help="the environment to synthesize")
    options = parser.parse_args()
    if unknown := set(options.hooks) - set(HOOKS):
        parser.error(f"{', '.join(sorted(unknown))}: not a hook; expected {', '.join(HOOKS)}")
    print(HEADER)
    for hook in options.hooks or HOOKS:
        print(compare(hook, options.env, options.pairs), flush=True)


def compare(hook: str, environment: str, pairs: int) -> str:
    """Measure with and without a hook in turn, once unmeasured to fill the caches; a row of a Markdown table."""
    samples: dict[str, list[float]] = {"": [], hook: []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(pairs + 1):
            for disabled, found in samples.items():
                variables = {
                    "LAKEKIT_ENV": environment,
                    "LAKEKIT_DISABLED_HOOKS": disabled,
                    "CDKTF_OUTDIR": f"{folder}/without {disabled}",
                }
                sample = run([Step([sys.executable, UNGATED], variables)])
                if number:
                    found.append(sample.processor)
    ratio = median(without / all_hooks for all_hooks, without in zip(samples[""], samples[hook], strict=True))
    saved = 1 - 1 / ratio
    return f"| {hook} | {median(samples['']):.2f} s | {median(samples[hook]):.2f} s | {ratio:.2f} | {saved:.0%} |"


if __name__ == "__main__":
    main()
