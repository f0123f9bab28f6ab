"""Run commands in alternating pairs; report wall time and peak memory as ratios.

Machines differ, and one machine differs from minute to minute. The two sides of a comparison therefore run
in turn within one run of the benchmark, and what counts is the fastest run of each and their ratio: whatever
else the machine does can only add time.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# With a package-cache or bytecode switched off, each side would measure compiling and unpacking.
IGNORED_SETTINGS = (
    "PYTHONDONTWRITEBYTECODE",
    "CI",
    "JSII_RUNTIME_PACKAGE_CACHE",
    "LAKEKIT_STOCK_BINDINGS",
    "LAKEKIT_ENV",
)


@dataclass(frozen=True)
class Step:
    """One command of a side."""

    command: Sequence[str]
    variables: Mapping[str, str] = field(default_factory=dict)
    accepted: Sequence[int] = (0,)
    counts: bool = True


@dataclass(frozen=True)
class Sample:
    """What one run of a side took: wall time, peak of its largest single process, processor time of all."""

    seconds: float
    mebibytes: float
    processor: float


def run(steps: Sequence[Step]) -> Sample:
    """Run the steps one after the other.

    Raises:
        SystemExit: a step ended with a code that it does not accept; its output is shown.
    """
    sample = Sample(0, 0, 0)
    for step in steps:
        environment = {k: v for k, v in os.environ.items() if k not in IGNORED_SETTINGS} | step.variables
        begin = time.perf_counter()
        with subprocess.Popen(
            step.command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            output = process.stdout.read() if process.stdout else ""
            # wait4 counts the process and whatever it has itself waited for, and takes the largest.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - begin
        if process.returncode not in step.accepted:
            sys.exit(f"{' '.join(step.command)} ended with {process.returncode}:\n{output}")
        if not step.counts:
            continue
        unit = 1024**2 if sys.platform == "darwin" else 1024  # bytes on macOS, KiB on Linux
        sample = Sample(
            sample.seconds + seconds,
            max(sample.mebibytes, usage.ru_maxrss / unit),
            sample.processor + usage.ru_utime + usage.ru_stime,
        )
    return sample


def compare(title: str, ours: Sequence[Step], stock: Sequence[Step], pairs: int) -> str:
    """Measure both sides in turn, once unmeasured to fill the caches, and give a row of a Markdown table."""
    samples: dict[str, list[Sample]] = {"ours": [], "stock": []}
    for number in range(pairs + 1):
        for name, steps in (("stock", stock), ("ours", ours)):
            sample = run(steps)
            if number:
                samples[name].append(sample)
            print(f"  {title}, {name}: {sample.seconds:.2f} s, {sample.mebibytes:.0f} MiB", file=sys.stderr)
    seconds = {name: min(sample.seconds for sample in found) for name, found in samples.items()}
    processor = {name: min(sample.processor for sample in found) for name, found in samples.items()}
    memory = {name: max(sample.mebibytes for sample in found) for name, found in samples.items()}
    cells = [
        title,
        f"{seconds['stock']:.2f} s",
        f"{seconds['ours']:.2f} s",
        f"**{seconds['ours'] / seconds['stock']:.3f}**",
        f"{processor['ours'] / processor['stock']:.3f}",
        f"{memory['stock']:.0f} MiB",
        f"{memory['ours']:.0f} MiB",
        f"**{memory['ours'] / memory['stock']:.2f}**",
    ]
    return f"| {' | '.join(cells)} |"


HEADER = """\
| | stock | ours | time, ours ÷ stock | processor time, same | stock, largest process | ours | memory, same |
|---|---|---|---|---|---|---|---|"""
