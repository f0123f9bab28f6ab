"""`lakekit policies evidence`: write an HTML file for auditors."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lakekit.core import rejected_output
from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.commands.run_context import RunContext, load_environment
from lakekit_cli.commands.synth import stack_folders, synthesize
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr, progress
from lakekit_cli.output.reports import write_atomically
from lakekit_cli.terraform_gate.phase_record import count_changes
from lakekit_cli.toolchain.lock_file import locked_providers

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict
    from lakekit_policies.evidence import EvidenceInputs, PlanSummary, StackSummary
    from lakekit_policies.records.plan_records import PlanRecord
    from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class UnreadableRecordsError(LakekitError):
    """A file of plan records that cannot be read."""

    exit_code = int(ExitCode.SETUP)


class ForeignPlanError(LakekitError):
    """A plan that belongs to none of the environment's stacks."""

    exit_code = int(ExitCode.USAGE)


@click.command()
@click.argument("environment")
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
)
@options.verbose
def evidence(
    environment: str, *, plans: tuple[Path, ...], records: tuple[Path, ...], output: Path, verbose: bool
) -> int:
    """Write the policy evaluation of ENVIRONMENT to one HTML file.

    Contains controls, rules, resources, verdicts, waivers, plan hashes and versions; readable offline and printable.
    A rejected configuration is also written, marked as REJECTED, and ends with the gate's exit code.
    """
    from lakekit_policies import Gate
    from lakekit_policies.evidence import build, render
    from lakekit_policies.gate.combine import combine
    from lakekit_policies.pack.load import load_pack
    from lakekit_policies.records import plan_records
    from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

    load_environment(environment)
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
        kept, gaps = _read_records(environment, records or (context.project.root / plan_records.FILE,))
        facts = replace(_facts(environment, context, read, planned), records=kept, gaps=gaps)
    verdict = combine(verdicts)
    write_atomically(render(build(verdict, load_pack(), facts)), output)
    outcome = "" if verdict.clean else f"REJECTED, {_pluralize(len(verdict.findings), 'finding')}; "
    plan_counts = f"{_pluralize(len(planned), 'plan')}, {_pluralize(len(kept), 'recorded plan')}"
    echo_stderr(f"{output}: {outcome}{_pluralize(len(stacks), 'stack')}, {plan_counts}, {verdict.rules_run} rules")
    for gap in gaps:
        echo_stderr(f"Warning: {gap}")
    return verdict.exit_code or code


def _pluralize(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


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
        stack, document = _stack_of_plan(file, stacks)
        verdict = gate.evaluate_plan(file, stack=stacks[stack], waivers=ledger, evidence=True)
        verdicts.append(verdict)
        created, version = str(document.get("timestamp", "")), str(document.get("terraform_version", ""))
        summaries.append(PlanSummary(stack, file.name, verdict.plan_sha256, version, created, count_changes(document)))
    return verdicts, summaries


def _read_records(environment: str, files: Sequence[Path]) -> tuple[list[PlanRecord], list[str]]:
    """Return the records of an environment's plans, newest first, and a warning for each damaged file.

    Raises:
        UnreadableRecordsError: A file exists but cannot be read.
    """
    from lakekit_policies.records.plan_records import PlanRecords

    found: dict[tuple[str, str, str], PlanRecord] = {}
    gaps = []
    for file in files:
        try:
            records, broken = PlanRecords(file).read()
        except OSError as error:
            raise UnreadableRecordsError(
                f"cannot be read: {error.strerror}", where=str(file), fix="grant read access, or pass another file"
            ) from error
        found |= {one.key: one for one in records if one.environment == environment}
        if broken:
            lines = ", ".join(map(str, broken))
            gaps.append(f"{file.name}: line {lines} is not a complete record (truncated, for example by a full disk)")
    return sorted(found.values(), key=lambda one: one.evaluated_at, reverse=True), gaps


def _stack_of_plan(plan: Path, stacks: Mapping[str, Path]) -> tuple[str, Mapping[str, Any]]:
    """Return the stack that declares the same resources as a plan, and the plan document.

    Raises:
        ForeignPlanError: No stack declares them.
    """
    from lakekit_policies.terraform.plan_file import PlanFile
    from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

    read = PlanFile.read(plan)
    planned = {(one.type, one.name) for one in read.configured() if one.is_managed and not one.module}
    for name, file in stacks.items():
        if planned == {(block.kind, block.name) for block in SynthesizedStack.read(file).resources()}:
            return name, read.document
    raise ForeignPlanError(
        "the plan does not match any stack of the environment as synthesized now",
        where=str(plan),
        fix="create the plan again from the output of `lakekit synth`",
    )


def _facts(
    environment: str,
    context: RunContext,
    stacks: Mapping[str, SynthesizedStack],
    plans: Sequence[PlanSummary],
) -> EvidenceInputs:
    from lakekit_policies.evidence import EvidenceInputs

    metadata = next(iter(stacks.values())).metadata
    labels = {"Organization": "organization", "Tier": "tier", "AWS account": "account_id", "Region": "region"}
    return EvidenceInputs(
        environment=environment,
        context={label: str(getattr(metadata, key)) for label, key in labels.items()},
        created_at=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        commit=_commit(context.project.root),
        versions=_versions(context),
        stacks=[_stack_fact(name, stack) for name, stack in stacks.items()],
        plans=plans,
        paths=dict(_construct_paths(stacks)),
    )


def _stack_fact(name: str, stack: SynthesizedStack) -> StackSummary:
    from lakekit_policies.evidence import StackSummary

    locked = locked_providers(stack.file.parent)
    providers = {}
    for _, one in stack.required_providers:
        source = str(one.get("source", ""))
        version = str(one.get("version", ""))
        providers[source] = f"{version}, locked {locked[source]}" if source in locked else version
    resources = sum(1 for _ in stack.blocks())
    return StackSummary(name, hashlib.sha256(stack.file.read_bytes()).hexdigest(), resources, providers)


def _construct_paths(stacks: Mapping[str, SynthesizedStack]) -> Iterator[tuple[str, str]]:
    for name, stack in stacks.items():
        for block in stack.blocks():
            if block.path:
                yield f"{name}/{block.address}", block.path


def _versions(context: RunContext) -> dict[str, str]:
    done = subprocess.run([str(context.terraform), "version", "-json"], capture_output=True, text=True, check=False)
    try:
        terraform = str(json.loads(done.stdout)["terraform_version"])
    except (ValueError, KeyError):
        terraform = "unknown"
    packages = {"Lakekit": "lakekit", "checkov": "checkov", "cdktf": "cdktf"}
    return {
        **{label: importlib.metadata.version(package) for label, package in packages.items()},
        "Terraform": terraform,
        "Python": platform.python_version(),
    }


def _commit(root: Path) -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False)
        return done.stdout.strip() if done.returncode == 0 else ""

    try:
        commit = git("rev-parse", "HEAD")
        changed = git("status", "--porcelain", "--", ".")
    except FileNotFoundError:
        return ""
    return f"{commit} with uncommitted changes" if commit and changed else commit
