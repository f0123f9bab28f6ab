"""`lakekit plan`: what a deploy would change, judged, stack by stack."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import click

from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.commands.deploy import ensure_local_cloud
from lakekit_cli.commands.run_context import (
    RunContext,
    load_environment,
    record_phases,
    run_foreground,
    worst_exit_code,
)
from lakekit_cli.commands.synth import stack_folders, synthesize
from lakekit_cli.output.console import echo, echo_stderr, make_table, print_table, progress
from lakekit_cli.terraform_gate.phase_record import Phase, read_phases
from lakekit_cli.toolchain import gate_path


@click.command()
@click.argument("environment")
@click.argument("extra", nargs=-1, metavar="[-- TERRAFORM PLAN OPTIONS]")
@options.verbose
def plan(environment: str, extra: tuple[str, ...], verbose: bool) -> int:
    """Plan every stack of ENVIRONMENT and let the gate judge each plan; nothing is changed.

    What follows `--` goes to `terraform plan`.
    """
    found = load_environment(environment)
    context = RunContext.create(environment, verbose=verbose, cdktf=False)
    code, _ = synthesize(context, verbose=verbose)
    if code:
        return code
    ensure_local_cloud(found, context)
    start = time.monotonic()
    with record_phases(context) as (environ, record):
        codes = {
            name: plan_stack(name, folder, environ, extra) for name, folder in stack_folders(context.project).items()
        }
        phases = read_phases(record)
    summarize(codes, phases)
    echo_stderr(f"plans in all: {time.monotonic() - start:.1f} s")
    return worst_exit_code(max(codes.values(), default=0), phases)


def plan_stack(name: str, folder: Path, environ: Mapping[str, str], extra: tuple[str, ...]) -> int:
    """Initialize and plan one stack under the gate; the exit code says how that ended."""
    gate = str(gate_path())
    echo(f"\n{name}")
    with progress(f"{name}: terraform init"):
        done = subprocess.run(
            [gate, "init", "-input=false", "-no-color"],
            cwd=folder, env=dict(environ), capture_output=True, text=True, check=False,
        )  # fmt: skip
    if done.returncode:
        raise LakekitError(
            f"terraform init failed\n{(done.stderr or done.stdout).strip()}",
            where=str(folder),
            fix="the message above is Terraform's; `lakekit doctor` checks mirror and registry",
        )
    return run_foreground([gate, "plan", "-input=false", *extra], environ, folder)


def summarize(codes: Mapping[str, int], phases: list[Phase]) -> None:
    """A table of what the plans would change and what the gate says."""
    listing = make_table("stack", "create", "update", "replace", "delete", "gate", "plan s", "gate s")
    for name, code in codes.items():
        of_stack = {phase.phase: phase for phase in phases if phase.stack == name}
        planned, judged = of_stack.get("plan"), of_stack.get("gate")
        counts = judged.changes if judged and judged.changes else {}
        verdict = (
            {0: "clean", 1: "refused", 3: "not judged", 5: "waivers"}.get(judged.code, "failed")
            if judged
            # Without a plan and without a failure the stack has no place here, as its message has said.
            else ("not here" if code == 0 else f"no plan ({code})")
        )
        listing.add_row(
            name,
            *(str(counts.get(kind, "-")) for kind in ("create", "update", "replace", "delete")),
            verdict,
            f"{planned.seconds:.1f}" if planned else "-",
            f"{judged.seconds:.1f}" if judged else "-",
        )
    print_table(listing)
