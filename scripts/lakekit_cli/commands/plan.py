"""`lakekit plan`: plan every stack of an environment and evaluate the plans."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.deploy import ensure_local_cloud
from lakekit_cli.commands.run_context import RunContext, load_environment, record_phases, worst_exit_code
from lakekit_cli.commands.synth import stack_folders, synthesize
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr, make_table, print_json, print_table
from lakekit_cli.output.standard_streams import printing_result
from lakekit_cli.run_output.display import RunDisplay, print_failures
from lakekit_cli.run_output.logs import RunLogs
from lakekit_cli.run_output.monitor import RunMonitor
from lakekit_cli.run_output.progress import StackProgress
from lakekit_cli.state.run_guard import guard_output
from lakekit_cli.terraform_gate.phase_record import Phase, read_phases
from lakekit_cli.terraform_gate.stack_log import LOGS_VARIABLE
from lakekit_cli.toolchain import gate_path, without_color


@click.command()
@options.environment_argument
@click.argument("extra", nargs=-1, metavar="[-- TERRAFORM PLAN OPTIONS]")
@options.output_format
@options.verbose
def plan(environment: str, extra: tuple[str, ...], form: str, verbose: bool) -> int:
    """Plan every stack of ENVIRONMENT and evaluate each plan. Nothing is changed.

    Options after `--` are passed to `terraform plan`. The plans are in .lakekit/logs, one file per stack; --verbose
    prints them.
    """
    found = load_environment(environment)
    context = RunContext.create(environment, verbose=verbose, cdktf=False)
    with guard_output(context.project, f"lakekit plan {environment}"):
        code, _ = synthesize(context, verbose=verbose)
        if code:
            return code
        ensure_local_cloud(found, context)
        return _plan(context, environment, extra, form=form, verbose=verbose)


def _plan(context: RunContext, environment: str, extra: tuple[str, ...], *, form: str, verbose: bool) -> int:
    start = time.monotonic()
    with record_phases(context) as (environ, record):
        outcome = plan_stacks(context, environ, record, extra, environment, verbose=verbose)
        phases = read_phases(record)
    code = worst_exit_code(outcome.code, phases)
    rows = outcome.rows(phases)
    with printing_result() as result:
        if form == "json":
            print_json({"exit_code": code, "logs": str(outcome.logs.folder), "stacks": rows})
        else:
            print_plans(rows)
    print_failures(outcome.stacks, outcome.logs)
    echo_stderr(f"plans: {time.monotonic() - start:.1f} s in total; logs: {outcome.logs.folder}")
    return result.exit_code(code)


@dataclass(frozen=True)
class PlanOutcome:
    """Outcome of the plans of several stacks.

    Attributes:
        codes: Exit code by stack.
        stacks: Progress of the stacks.
        logs: Logs of the run.
        interrupted: Whether the user has interrupted the run.
    """

    codes: Mapping[str, int]
    stacks: list[StackProgress]
    logs: RunLogs
    interrupted: bool

    @property
    def code(self) -> int:
        """The highest exit code, or that of an interrupt."""
        return int(ExitCode.INTERRUPTED) if self.interrupted else max(self.codes.values(), default=0)

    def rows(self, phases: Sequence[Phase]) -> list[dict[str, Any]]:
        """Return planned changes, verdict and durations of each stack."""
        return [_row(name, code, phases) for name, code in self.codes.items()]


def plan_stacks(
    context: RunContext,
    environ: Mapping[str, str],
    record: Path,
    extra: Sequence[str],
    name: str,
    *,
    verbose: bool = False,
) -> PlanOutcome:
    """Initialize and plan all synthesized stacks under the gate, one after the other.

    Args:
        context: Tools and variables.
        environ: All environment variables.
        record: File of the recorded phases.
        extra: Options of `terraform plan`.
        name: Environment, for the name of the logs.
        verbose: Print the output of Terraform.
    """
    gate, folders = str(gate_path()), stack_folders(context.project)
    logs = RunLogs.create(context.project.data_dir, f"plan-{name}")
    monitor = RunMonitor(logs, record, RunDisplay(logs, verbose=verbose), plan_only=True)
    monitor.stacks = {stack: StackProgress(stack) for stack in folders}
    environ = {**environ, LOGS_VARIABLE: str(logs.folder), **without_color(environ)}
    codes: dict[str, int] = {}
    with monitor.shown():
        for stack, folder in folders.items():
            codes[stack] = monitor.run([gate, "init", "-input=false"], environ, folder)
            if not codes[stack] and not monitor.interrupted:
                codes[stack] = monitor.run([gate, "plan", "-input=false", *extra], environ, folder)
            if monitor.interrupted:
                break
        stacks = monitor.finish(max(codes.values(), default=0))
    return PlanOutcome(codes, stacks, logs, monitor.interrupted)


def print_plans(rows: Sequence[Mapping[str, Any]]) -> None:
    """Print a table of the planned changes and the verdict per stack."""
    listing = make_table(*("stack", "create", "update", "replace", "delete", "gate", "plan s", "gate s"))
    for row in rows:
        listing.add_row(*("-" if cell is None else str(cell) for cell in row.values()))
    print_table(listing)


def _row(name: str, code: int, phases: Sequence[Phase]) -> dict[str, Any]:
    of_stack = {phase.phase: phase for phase in phases if phase.stack == name}
    planned, evaluated = of_stack.get("plan"), of_stack.get("gate")
    counts = evaluated.changes if evaluated and evaluated.changes else {}
    verdict = (
        {0: "clean", 1: "rejected", 3: "not evaluated", 5: "waivers"}.get(evaluated.code, "failed")
        if evaluated
        # Neither a plan nor a failure: `lakekit-terraform` has skipped the stack and logged why.
        else ("skipped" if code == 0 else f"no plan ({code})")
    )
    return {
        "stack": name,
        **{kind: counts.get(kind) for kind in ("create", "update", "replace", "delete")},
        "gate": verdict,
        "plan_seconds": round(planned.seconds, 1) if planned else None,
        "gate_seconds": round(evaluated.seconds, 1) if evaluated else None,
    }
