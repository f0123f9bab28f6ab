"""Processor time of the gate for a large plan that Lakekit has not synthesized.

    python benchmarks/large_plan.py CDKTF_OUT [--resources 10000]

Repeats the AWS stacks of `prod` under other names until the plan has that many resources. It has no metadata, so that
the gate derives everything from the plan.
"""

import argparse
import json
import re
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

from lakekit_policies.gate import worker
from lakekit_policies.gate.options import EvaluationOptions
from lakekit_policies.terraform.stack_as_plan import convert_stack


def configuration(out: Path, resources: int) -> tuple[dict[str, Any], int]:
    """Return one configuration of copies of the stacks, and the number of its resources."""
    stacks = [json.loads(file.read_text()) for file in sorted(out.glob("stacks/prod-*/cdk.tf.json"))]
    stacks = [stack for stack in stacks if "aws" in stack.get("provider", {})]
    merged: dict[str, Any] = {"resource": {}, "locals": {}, "provider": stacks[0]["provider"]}
    count = copy = 0
    while count < resources:
        for stack in stacks:
            # cdktf ends each name with a hash, in references too.
            text = re.sub(r"_([0-9A-F]{8})\b", rf"_\1Copy{copy}", json.dumps(stack["resource"]))
            for kind, named in json.loads(text).items():
                for name, body in named.items():
                    plain = {key: value for key, value in body.items() if key not in ("//", "provider")}
                    merged["resource"].setdefault(kind, {})[name] = plain
                    count += 1
            merged["locals"].update(stack.get("locals", {}))
        copy += 1
    return merged, count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="a synthesized directory with the environment prod")
    parser.add_argument("--resources", type=int, default=10_000)
    options = parser.parse_args()
    merged, count = configuration(options.out, options.resources)
    evaluator = worker.load([])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "plan.json"
        file.write_text(json.dumps(convert_stack(merged).document, default=str))
        started = time.process_time()
        verdict = evaluator.evaluate_plan(file, None, EvaluationOptions([], "", date.today(), evidence=False))
        seconds = time.process_time() - started
    size = f"{count} resources, {verdict.rules_run} rules, {len(verdict.findings)} findings"
    print(f"{size}: {seconds:.1f} s of processor time")


if __name__ == "__main__":
    main()
