"""`lakekit plan`: plan every stack of an environment and evaluate the plans."""

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
    """Plan every stack of ENVIRONMENT and evaluate each plan. Nothing is changed.

    Options after `--` are passed to `terraform plan`.
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
    echo_stderr(f"plans: {time.monotonic() - start:.1f} s in total")
    return worst_exit_code(max(codes.values(), default=0), phases)


def plan_stack(name: str, folder: Path, environ: Mapping[str, str], extra: tuple[str, ...]) -> int:
    """Initialize and plan one stack under the gate; return the exit code.

    Raises:
        LakekitError: `terraform init` failed.
    """
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
            fix="see Terraform's message above; `lakekit doctor` checks mirror and registry",
        )
    return run_foreground([gate, "plan", "-input=false", *extra], environ, folder)


def summarize(codes: Mapping[str, int], phases: list[Phase]) -> None:
    """Print a table of the planned changes and the verdict per stack."""
    listing = make_table("stack", "create", "update", "replace", "delete", "gate", "plan s", "gate s")
    for name, code in codes.items():
        of_stack = {phase.phase: phase for phase in phases if phase.stack == name}
        planned, evaluated = of_stack.get("plan"), of_stack.get("gate")
        counts = evaluated.changes if evaluated and evaluated.changes else {}
        verdict = (
            {0: "clean", 1: "rejected", 3: "not evaluated", 5: "waivers"}.get(evaluated.code, "failed")
            if evaluated
            # Neither a plan nor a failure: `lakekit-terraform` has skipped the stack and printed why.
            else ("skipped" if code == 0 else f"no plan ({code})")
        )
        listing.add_row(
            name,
            *(str(counts.get(kind, "-")) for kind in ("create", "update", "replace", "delete")),
            verdict,
            f"{planned.seconds:.1f}" if planned else "-",
            f"{evaluated.seconds:.1f}" if evaluated else "-",
        )
    print_table(listing)
