"""`lakekit check`: run the checks of the CI templates locally."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lakekit.environment import available
from lakekit_cli.commands import options
from lakekit_cli.commands.access_comparison import REPORT, SUMMARY, compare_planes, report_comparison
from lakekit_cli.commands.changed_environments import changed_environments
from lakekit_cli.commands.deploy import ensure_local_cloud
from lakekit_cli.commands.foreground import run_captured
from lakekit_cli.commands.plan import plan_stacks, print_plans
from lakekit_cli.commands.run_context import (
    RunContext,
    environments_dir,
    load_environment,
    record_phases,
    worst_exit_code,
)
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr, print_error, progress
from lakekit_cli.output.reports import read_verdict, report
from lakekit_cli.run_output.display import print_failures
from lakekit_cli.state.run_guard import guard_output
from lakekit_cli.terraform_gate.phase_record import VERDICTS_VARIABLE, read_phases
from lakekit_cli.toolchain import (
    app_error,
    app_exit_code,
    find_project,
    modified_at,
    require_interpreter,
    wrote_nothing,
)

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict

REPORTS = {"json": "gate.json", "sarif": "gate.sarif", "junit": "gate.junit.xml", "markdown": "gate.md"}


@click.command()
@options.environments_argument
@click.option("--plan", "plans", is_flag=True, help="Also plan every stack and evaluate the plans.")
@click.option("--since", metavar="REF", help="Check only environments that differ from the merge base with REF.")
@click.option(
    "--reports",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help=f"Write {', '.join(REPORTS.values())} into DIR.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="BASE.json",
    help="gate.json of the base branch; the reports then mark new and fixed findings.",
)
@options.output_format
@options.verbose
def check(
    environments: tuple[str, ...],
    *,
    plans: bool,
    since: str | None,
    reports: Path | None,
    baseline: Path | None,
    form: str,
    verbose: bool,
) -> int:
    """Synthesize ENVIRONMENTs (default: all), evaluate the policies, apply waivers, and report.

    Also compares the access that Lake Formation and Snowflake grant. Runs the steps of the CI templates, with the same
    reports and exit codes. Nothing is deployed.
    """
    from lakekit_policies import Gate
    from lakekit_policies.gate.combine import combine

    for name in environments:
        load_environment(name)
    if environments and since:
        raise click.UsageError("environment names and --since exclude each other: pass one of them")
    base = read_verdict(baseline) if baseline else None
    for file in (*REPORTS.values(), REPORT, SUMMARY) if reports else ():
        Path(reports or ".", file).unlink(missing_ok=True)  # a stale report must not be taken for this run's
    # The gate loads its rules while the app synthesizes.
    with Gate.start() as gate, guard_output(find_project(), "lakekit check"):
        names = list(environments) or _changed_names(since)
        context = RunContext.create(",".join(names) or None, verbose=verbose, cdktf=False)
        verdicts, code, not_evaluated = [], 0, list[str]()
        synthesized = _synthesize_and_evaluate(context, gate)
        if isinstance(synthesized, int):
            return synthesized
        verdicts.append(synthesized)
        if plans and synthesized.passed:
            plan_verdicts, code, not_evaluated = _plan_stacks(context, names, form, verbose=verbose)
            verdicts += plan_verdicts
    verdict = _with_environment_problems(combine(verdicts), context)
    if not_evaluated:
        report(verdict, form, None, base)
        echo_stderr(f"Error: no verdict on the plan of {', '.join(not_evaluated)}: see above. No report was written.")
        return code or int(ExitCode.NOT_EVALUATED)
    for written, file in REPORTS.items() if reports else ():
        report(verdict, written, Path(reports or ".") / file, base)
    different = _compare_access(context, names, reports) if synthesized.passed else 0
    return report(verdict, form, None, base) or code or different


def _compare_access(context: RunContext, names: Sequence[str], reports: Path | None) -> int:
    """Compare Lake Formation with Snowflake in the synthesized environments; return the exit code."""
    found = [load_environment(name) for name in names or available(environments_dir(context.project))]
    compared = [one for one in found if one.snowflake is not None]
    return report_comparison(compare_planes(compared, context.project.output), reports if compared else None)


def _changed_names(since: str | None) -> list[str]:
    if since is None:
        return []
    project = find_project()
    changed = changed_environments(project.root, environments_dir(project), since)
    echo_stderr(f"changed since {since}: {', '.join(changed) or 'no environment; all are checked'}")
    return changed


def _synthesize_and_evaluate(context: RunContext, gate: Gate) -> Verdict | int:
    """Return the verdict on the app's output, or the exit code of an app that produced no output to evaluate."""
    from lakekit_policies import waivers
    from lakekit_policies.gate import quarantine

    require_interpreter(context.project)
    rejected = context.project.output / quarantine.REJECTED_FILE
    before, written = modified_at(rejected), modified_at(context.project.manifest)
    environ = {**context.environ, "CDKTF_OUTDIR": str(context.project.output)}
    with progress("synth"):
        # `app` in cdktf.json is a shell command line.
        command = ["/bin/sh", "-c", context.project.app]
        app_code, output, errors = run_captured(command, environ, context.project.root)
    if app_code == int(ExitCode.INTERRUPTED):
        raise KeyboardInterrupt
    if app_code == 0:
        if modified_at(context.project.manifest) == written:
            raise wrote_nothing(context.project)
        with progress("gate"):
            return gate.evaluate_synth(context.project.output, waivers=waivers.find_ledger(context.project.root))
    if modified_at(rejected) != before:
        return _rejected_verdict(rejected)
    echo_stderr((output + errors).strip())
    print_error(app_error(app_code, context.project))
    return app_exit_code(app_code, context.project)


def _rejected_verdict(file: Path) -> Verdict:
    """Read the verdict that the app's own gate run has written.

    Raises:
        GateError: The app's gate run could not evaluate the configuration.
    """
    from lakekit_policies import GateError, Verdict
    from lakekit_policies.shared.regular_file import read_regular_bytes

    recorded = json.loads(read_regular_bytes(file))
    if "verdict" not in recorded:
        raise GateError(str(recorded.get("code")), str(recorded.get("message")))
    return Verdict.from_dict(recorded["verdict"])


def _plan_stacks(
    context: RunContext, names: Sequence[str], form: str, *, verbose: bool
) -> tuple[list[Verdict], int, list[str]]:
    """Plan all stacks; return the verdicts, the exit code, and the stacks without a verdict."""
    for name in names or available(environments_dir(context.project)):
        ensure_local_cloud(load_environment(name), context)
    with record_phases(context) as (environ, record), tempfile.TemporaryDirectory(prefix="lakekit-verdicts-") as saved:
        kept = {**environ, VERDICTS_VARIABLE: saved}
        outcome = plan_stacks(context, kept, record, (), "check", verbose=verbose)
        phases = read_phases(record)
        verdicts = {file.stem: read_verdict(file) for file in sorted(Path(saved).iterdir())}
    if form == "terminal":
        print_plans(outcome.rows(phases))
    # Findings of evaluated plans are in the report of the check.
    print_failures([stack for stack in outcome.stacks if stack.name not in verdicts], outcome.logs)
    not_evaluated = [name for name in outcome.codes if name not in verdicts]
    return list(verdicts.values()), worst_exit_code(outcome.code, phases), not_evaluated


def _with_environment_problems(verdict: Verdict, context: RunContext) -> Verdict:
    """Report waivers of unknown environments: no synthesis would ever report them as unused."""
    from lakekit_policies import waivers
    from lakekit_policies.verdict import LedgerProblem

    file = waivers.find_ledger(context.project.root)
    known = available(environments_dir(context.project))
    if file is None or not known:
        return verdict
    from lakekit_policies.waivers import ledger

    problems = [
        LedgerProblem(
            "unknown_environment",
            entry.source,
            f"there is no environment {entry.environment!r}",
            f"choose one of {', '.join(known)}",
        )
        for entry in ledger.read_ledger(file)
        if entry.environment not in known
    ]
    return replace(verdict, ledger_problems=[*verdict.ledger_problems, *problems]) if problems else verdict
