"""`lakekit policies evidence`: write an HTML file for auditors."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lakekit.core import rejected_output
from lakekit_cli.commands import options
from lakekit_cli.commands.evidence_inputs import (
    collect_inputs,
    read_commands,
    read_records,
    read_recoveries,
    stack_of_plan,
)
from lakekit_cli.commands.run_context import RunContext, load_environment
from lakekit_cli.commands.synth import stack_folders, synthesize
from lakekit_cli.output.console import echo_stderr, progress
from lakekit_cli.output.reports import write_atomically
from lakekit_cli.terraform_gate.phase_record import count_changes
from lakekit_policies.shared.counted import counted

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict
    from lakekit_policies.evidence import PlanSummary


@click.command(short_help="Write the policy evaluation to an HTML file.")
@options.environment_argument
@click.option(
    "--plan",
    "plans",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    metavar="FILE",
    help="Plan of one of the stacks, as written by `terraform show -json`. Repeatable.",
)
@click.option(
    "--records",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    metavar="FILE",
    help="Plan records of another machine. Repeatable. Default: .lakekit/plans.jsonl of the project.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("evidence.html"),
    show_default=True,
    metavar="FILE",
    help="HTML file to write.",
)
@options.verbose
def evidence(
    environment: str, *, plans: tuple[Path, ...], records: tuple[Path, ...], output: Path, verbose: bool
) -> int:
    """Write the policy evaluation of ENVIRONMENT to one HTML file.

    Contains controls, rules, resources, verdicts, waivers, plan hashes and versions; readable offline and printable.
    A rejected configuration is also written, marked as REJECTED, and ends with the gate's exit code.
    """
    load_environment(environment)  # an unknown name must not load the rules first
    from lakekit_policies import Gate
    from lakekit_policies.evidence import build, render
    from lakekit_policies.gate.combine import combine
    from lakekit_policies.pack.load import load_pack
    from lakekit_policies.records import plan_records
    from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

    with Gate.start() as gate, tempfile.TemporaryDirectory(prefix="lakekit-evidence-") as private:
        context = RunContext.create(environment, verbose=verbose, cdktf=False)
        copy = Path(private) / "rejected.json"
        context_with_copy = replace(context, variables={**context.variables, rejected_output.VARIABLE: str(copy)})
        code, _ = synthesize(context_with_copy, verbose=verbose)
        if code and not copy.is_file():
            stale = f" {output} is from an earlier run." if output.exists() else ""
            echo_stderr(f"Error: nothing was evaluated, so no evidence was written; see above.{stale}")
            return code
        if code:
            # The output folder of the project never holds rejected files: evaluate a temporary copy.
            rejected_output.restore(copy, Path(private) / "out")
            context = replace(context, project=replace(context.project, output=Path(private) / "out"))
        stacks = {name: folder / "cdk.tf.json" for name, folder in stack_folders(context.project).items()}
        with progress("gate"):
            verdicts, planned = _evaluate(gate, context, stacks, plans)
        read = {name: SynthesizedStack.read(file, name) for name, file in stacks.items()}
        files = records or (context.project.root / plan_records.FILE,)
        kept, gaps = read_records(environment, files)
        commands = read_commands(environment, files)
        recoveries, damaged = read_recoveries(environment, files)
        gaps += damaged
        facts = replace(
            collect_inputs(environment, context, read, planned),
            records=kept, commands=commands, recoveries=recoveries, gaps=gaps,
        )  # fmt: skip
    verdict = combine(verdicts)
    write_atomically(render(build(verdict, load_pack(), facts)), output)
    outcome = "" if verdict.passed else f"REJECTED, {counted(len(verdict.findings), 'finding')}; "
    plan_counts = f"{counted(len(planned), 'plan')}, {counted(len(kept), 'recorded plan')}"
    echo_stderr(f"{output}: {outcome}{counted(len(stacks), 'stack')}, {plan_counts}, {verdict.rules_run} rules")
    for gap in gaps:
        echo_stderr(f"Warning: {gap}")
    return verdict.exit_code or code


def _evaluate(
    gate: Gate, context: RunContext, stacks: Mapping[str, Path], plans: Sequence[Path]
) -> tuple[list[Verdict], list[PlanSummary]]:
    """Return the verdicts on the stacks and on each plan, and a summary of each plan."""
    from lakekit_policies import waivers
    from lakekit_policies.evidence import PlanSummary

    ledger = waivers.find_ledger(context.project.root)
    verdicts = [gate.evaluate_synth(context.project.output, waivers=ledger, evidence=True)]
    summaries = []
    for file in plans:
        stack, document = stack_of_plan(file, stacks)
        verdict = gate.evaluate_plan(file, stack=stacks[stack], waivers=ledger, evidence=True)
        verdicts.append(verdict)
        created, version = str(document.get("timestamp", "")), str(document.get("terraform_version", ""))
        summaries.append(PlanSummary(stack, file.name, verdict.plan_sha256, version, created, count_changes(document)))
    return verdicts, summaries
