"""A deployment without changes to the local cloud: `cdktf deploy` with the gate, against the same without it.

    python benchmarks/deploy.py [--pairs 3] [--stack NAME]

Deploys the AWS stacks of `local` once, then measures deployments in turn: with `lakekit-terraform` and the gate of the
app, and with Terraform alone and an app without its gate (see ungated.py). Both sides plan every stack, find no
changes, and call the same local cloud. Run it in the project folder, where it writes `cdktf.out` and `.lakekit`.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from lakekit_cli.commands.run_context import RunContext
from lakekit_cli.terraform_gate.stack import Stack, read_stack
from lakekit_local import LocalCloud, isolated
from lakekit_policies.gate.shared_engine import engine_for_run

ENVIRONMENT = "local"
ENGINE_SECONDS = 5
"""How long to wait for the end of an unused rule engine."""
UNGATED_APP = f"{sys.executable} {Path(__file__).parent / 'ungated.py'}"


def run(command: Sequence[str], environ: Mapping[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds and the processor time of it and of its children.

    Raises:
        SystemExit: the command failed; its output is shown.
    """
    before, started = os.times(), time.perf_counter()
    done = subprocess.run(
        command, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    seconds, after = time.perf_counter() - started, os.times()
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-8000:]}")
    processor = sum((after.children_user, after.children_system, -before.children_user, -before.children_system))
    return seconds, processor


def run_gated(command: Sequence[str], environ: Mapping[str, str]) -> tuple[float, float]:
    """As `run`, with one rule engine as `lakekit deploy` starts it; its processor time is included."""
    before = os.times()
    with engine_for_run():
        seconds, _ = run(command, environ)
    deadline = time.monotonic() + ENGINE_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(ChildProcessError):
            if os.waitpid(-1, os.WNOHANG)[0]:
                break
        time.sleep(0.1)
    after = os.times()
    return seconds, after.children_user + after.children_system - before.children_user - before.children_system


def deployable(context: RunContext, names: Sequence[str]) -> list[Stack]:
    """Synthesize; return the stacks that the local cloud can deploy."""
    run([str(context.cdktf), "synth"], context.environ)
    folders = sorted(Path("cdktf.out/stacks").glob(f"{ENVIRONMENT}-*"))
    found = [stack for stack in map(read_stack, folders) if not stack.unsupported_locally]
    return [stack for stack in found if not names or stack.name.removeprefix(f"{ENVIRONMENT}-") in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=3, help="measured deployments of each side")
    parser.add_argument("--stack", action="append", default=[], help="only this stack, such as `storage`; repeatable")
    options = parser.parse_args()

    context = RunContext.create(ENVIRONMENT)
    cloud = LocalCloud(Path.cwd())
    cloud.ensure(restart_outdated=True)
    stacks = deployable(context, options.stack)
    # `terraform providers lock` contacts the registry even if a mirror is configured.
    unlocked = ["--skip-provider-lock"] if context.source.mirrors else []
    arguments = ["deploy", *(stack.name for stack in stacks), "--auto-approve", *unlocked]
    gated = ([str(context.cdktf), *arguments], dict(context.environ))
    variables = cloud.variables(stacks[0].account_id, stacks[0].region)
    ungated = (
        [str(context.cdktf), *arguments, "--app", UNGATED_APP],
        isolated(variables, context.environ) | {"TERRAFORM_BINARY_NAME": str(context.terraform)},
    )

    run(*gated)  # creates what is missing
    samples: dict[str, list[tuple[float, float]]] = {"gated": [], "ungated": []}
    for _ in range(options.pairs):
        for side, sample in (("ungated", run(*ungated)), ("gated", run_gated(*gated))):
            samples[side].append(sample)
            print(f"  {side}: {sample[0]:.1f} s, {sample[1]:.1f} s of processor time", file=sys.stderr)
    print(
        "| stacks | measured | without gate | with gate | with ÷ without (medians) | pairs |\n|---|---|---|---|---|---|"
    )
    for place, name in enumerate(("time", "processor time")):
        with_gate, without = ([sample[place] for sample in samples[side]] for side in ("gated", "ungated"))
        shown = ", ".join(f"{ours / stock:.2f}" for ours, stock in zip(with_gate, without, strict=True))
        ours, stock = statistics.median(with_gate), statistics.median(without)
        print(f"| {len(stacks)} | {name} | {stock:.1f} s | {ours:.1f} s | **{ours / stock:.2f}** | {shown} |")


if __name__ == "__main__":
    main()
