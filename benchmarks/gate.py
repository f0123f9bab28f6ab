"""Compare the gate with the stock checkov command, on the same files and with the same checkov rules.

    python benchmarks/gate.py [CDKTF_OUT] [--runs 5]

Runs alternate, so that a busy machine is busy for both; medians are compared. Without a directory, generated
environments of 4 and of 40 storage stacks (88 and 880 resources) are evaluated. The gate runs all rules of the
pack, the stock command the checkov rules among them, on the synthesized JSON, the only format it reads.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLIENT = """
import json, resource, sys, time
from pathlib import Path
from lakekit_policies import Gate
started = time.perf_counter()
with Gate.start() as gate:
    load = gate.wait()
    ready = time.perf_counter()
    first = gate.evaluate_synth(Path(sys.argv[1]))
    cold = time.perf_counter()
    warm = []
    for _ in range(5):
        before = time.perf_counter()
        verdict = gate.evaluate_synth(Path(sys.argv[1]))
        warm.append(time.perf_counter() - before)
peak = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(json.dumps({"load": load, "first": cold - ready, "total": cold - started, "warm": sorted(warm)[2],
    "resources": verdict.resources, "rules": verdict.rules_run, "findings": len(verdict.findings), "peak": peak}))
"""
IDS = """
from lakekit_policies.engine import checkov_imports
checkov_imports.prepare()
from lakekit_policies.pack.load import load_pack
print(",".join(load_pack().checkov_ids))
"""
MIB = (1 << 20) if sys.platform == "darwin" else 1024
"""``ru_maxrss`` is in bytes on macOS, in KiB on Linux."""


@dataclass(frozen=True, slots=True)
class Run:
    seconds: float
    peak_mib: float
    more: dict[str, float]


def run_lakekit(out: Path) -> Run:
    """Interpreter start, engine load, verdict, and the peaks of both processes added up."""
    seconds, _, stdout = timed([sys.executable, "-c", CLIENT, str(out)])
    found: dict[str, Any] = json.loads(stdout)
    # The client evaluates five more times for the warm verdict, which is not part of one evaluation.
    return Run(seconds - 5 * found["warm"], found["peak"] / MIB, found)


def run_checkov(out: Path, ids: str) -> Run:
    command = shutil.which("checkov", path=Path(sys.executable).parent) or "checkov"
    options = ["-d", str(out), "--framework", "terraform_json", "--skip-download", "--compact", "--quiet", "-c", ids]
    seconds, peak, _ = timed([command, *options])
    return Run(seconds, peak / MIB, {})


def timed(command: list[str]) -> tuple[float, float, str]:
    """Wall seconds, peak memory of the process, standard output."""
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            raise SystemExit(f"{command[0]} ended with {process.returncode}")
        output.seek(0)
        return seconds, usage.ru_maxrss, output.read()


def environment(folder: Path, lakes: int) -> Path:
    """Stacks of four buckets with what belongs to each: 22 resources a stack."""
    stacks = {}
    for number in range(lakes):
        name = f"dev-lake{number}"
        resources: dict[str, dict[str, Any]] = {"aws_kms_key": {"Key": {"enable_key_rotation": True}}}
        for zone in ("landing", "raw", "curated", "consumption"):
            for kind, body in zone_resources(f"acme-{number}-{zone}", f"${{aws_s3_bucket.{zone}.id}}").items():
                resources.setdefault(kind, {})[zone] = body
        resources["aws_security_group"] = {"Endpoint": {"description": "d", "ingress": [], "egress": []}}
        for kind, named in resources.items():
            for key, body in named.items():
                body["//"] = {"metadata": {"path": f"{name}/{kind}/{key}", "uniqueId": key}}
        file = folder / "stacks" / name / "cdk.tf.json"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"resource": resources}, indent=2))
        stacks[name] = {"name": name, "synthesizedStackPath": f"stacks/{name}/cdk.tf.json"}
    (folder / "manifest.json").write_text(json.dumps({"stacks": stacks}))
    return folder


def zone_resources(name: str, bucket: str) -> dict[str, Any]:
    statement = [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": [f"arn:aws:s3:::{name}/*"]}]
    return {
        "aws_s3_bucket": {"bucket": name},
        "aws_s3_bucket_versioning": {"bucket": bucket, "versioning_configuration": {"status": "Enabled"}},
        "aws_s3_bucket_public_access_block": {"bucket": bucket, "block_public_acls": True},
        "aws_s3_bucket_policy": {"bucket": bucket, "policy": json.dumps({"Statement": statement})},
        "aws_glue_catalog_database": {"name": name},
    }


def compare(out: Path, ids: str, runs: int) -> None:
    sides: dict[str, tuple[Callable[[], Run], list[Run]]] = {
        "ours": (lambda: run_lakekit(out), []),
        "stock": (lambda: run_checkov(out, ids), []),
    }
    for _ in range(runs):
        for measure, results in sides.values():
            results.append(measure())
    lakekit, checkov = sides["ours"][1], sides["stock"][1]
    last = lakekit[-1].more
    stock_seconds = statistics.median(run.seconds for run in checkov)
    print(f"{last['resources']} resources, {last['rules']} rules, {last['findings']} findings; {runs} runs, medians")
    print(f"{'':28}{'ours':>9}{'stock':>9}{'ratio':>8}")
    for label, seconds in {
        "start to verdict, cold": statistics.median(run.seconds for run in lakekit),
        "first verdict once loaded": statistics.median(run.more["first"] for run in lakekit),
        "warm verdict": statistics.median(run.more["warm"] for run in lakekit),
    }.items():
        line(label, seconds, stock_seconds, "s")
    line(
        "peak memory",
        statistics.median(run.peak_mib for run in lakekit),
        statistics.median(run.peak_mib for run in checkov),
        "MiB",
    )
    load = statistics.median(run.more["load"] for run in lakekit)
    print(f"engine load, which overlaps with synthesis: {load:.2f} s\n")


def line(label: str, lakekit: float, checkov: float, unit: str) -> None:
    digits = 3 if unit == "s" else 0
    print(f"{label + ', ' + unit:28}{lakekit:9.{digits}f}{checkov:9.{digits}f}{lakekit / checkov:8.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", nargs="?", type=Path, help="a synthesized directory (cdktf.out)")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    ids = subprocess.run([sys.executable, "-c", IDS], capture_output=True, text=True, check=True).stdout.strip()
    if options.out is not None:
        compare(options.out, ids, options.runs)
        return
    for lakes in (4, 40):
        with tempfile.TemporaryDirectory() as folder:
            compare(environment(Path(folder), lakes), ids, options.runs)


if __name__ == "__main__":
    main()
