"""`lakekit gate`: evaluate existing configurations and plans, also of Terraform that Lakekit did not create."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lakekit_cli.commands.boundary_options import boundary_options
from lakekit_cli.commands.gate_verify import verify
from lakekit_cli.output.console import echo, echo_stderr, progress
from lakekit_cli.output.reports import read_verdict, report, report_error, report_options, waivers_option
from lakekit_cli.terraform_gate.acknowledge import load_rejected_plan, record_acknowledgement

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict
    from lakekit_policies.boundary import TrustBoundary

_rules = click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    metavar="DIR",
    help="Folder of additional rules: checkov custom checks. Repeatable.",
)
_environment = click.option(
    "--environment",
    default="",
    help="Environment name for waivers, if the configuration was not created by Lakekit.",
)
_fail_on = click.option(
    "--fail-on",
    type=click.Choice(("low", "medium", "high")),
    default=None,
    help="Lowest severity that rejects. Default: that of the environment; low without one.",
)


@click.group()
def gate() -> None:
    """Evaluate a synthesized folder or a plan, acknowledge a rejected plan, or verify the record of a plan.

    Exit codes: 0 clean, 1 findings, 3 could not evaluate, 5 invalid waivers.
    """


gate.add_command(verify)


@gate.command("synth", short_help="Evaluate every stack of a synthesized folder.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@report_options
@waivers_option
@_rules
@_environment
@_fail_on
@boundary_options
def synth_command(
    folder: Path,
    *,
    form: str,
    output: Path | None,
    baseline: Path | None,
    waivers: Path | None,
    rules: tuple[Path, ...],
    environment: str,
    fail_on: str | None,
    boundary: TrustBoundary | None,
) -> int:
    """Evaluate every stack of a synthesized DIR, such as cdktf.out."""
    ledger = waivers or _default_ledger()
    return _run_gate(
        lambda gate: gate.evaluate_synth(
            folder, waivers=ledger, environment=environment, fail_on=fail_on or "", boundary=boundary
        ),
        folder,
        rules=rules,
        form=form,
        output=output,
        baseline=baseline,
    )


@gate.command("plan", short_help="Evaluate a Terraform plan.")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--stack",
    type=click.Path(path_type=Path),
    help="cdk.tf.json of the stack; provides construct paths, tier and environment.",
)
@click.option(
    "--acknowledge",
    metavar="DIGEST",
    help="Acknowledge the changes of this plan by the digest in the report. Requires --reason.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why the changes are intended; recorded.")
@report_options
@waivers_option
@_rules
@_environment
@_fail_on
@boundary_options
def plan_command(
    file: Path,
    *,
    stack: Path | None,
    form: str,
    output: Path | None,
    baseline: Path | None,
    waivers: Path | None,
    rules: tuple[Path, ...],
    environment: str,
    fail_on: str | None,
    boundary: TrustBoundary | None,
    acknowledge: str | None,
    reason: str,
) -> int:
    """Evaluate a plan FILE as written by `terraform show -json PLAN`.

    Without --stack the rules of tier prod apply.
    """
    from lakekit_policies.records.acknowledgements import FILE, AcknowledgementLedger

    ledger, root = waivers or _default_ledger(), _root()

    def evaluate(gate: Gate) -> Verdict:
        verdict = gate.evaluate_plan(
            file,
            stack=stack,
            waivers=ledger,
            environment=environment,
            fail_on=fail_on or "",
            boundary=boundary,
            acknowledgements=root / FILE,
        )
        if acknowledge is None or verdict.acknowledged:
            return verdict
        record_acknowledgement(root, verdict, acknowledge, reason, digest_argument="--acknowledge")
        return AcknowledgementLedger(root / FILE).apply(verdict, datetime.now(UTC))

    return _run_gate(evaluate, file, rules=rules, form=form, output=output, baseline=baseline)


@gate.command("acknowledge")
@click.argument("digest", metavar="DIGEST")
@click.option("--reason", required=True, metavar="TEXT", help="Why the changes are intended; recorded.")
def acknowledge_plan(digest: str, reason: str) -> None:
    """Acknowledge the changes in a rejected plan.

    DIGEST is shown in the report of the rejected plan. The acknowledgement is valid for the reported changes of that
    plan, for 24 hours and one apply. Only findings on changes (LK_PLAN_…) can be acknowledged, not findings on the
    resulting configuration.
    """
    root = _root()
    verdict = load_rejected_plan(root, digest)
    recorded = record_acknowledgement(root, verdict, digest, reason)
    for rule_id, address, detail in recorded.findings:
        echo(f"{rule_id} {address}: {detail}")
    echo_stderr(f"recorded for {recorded.stack}, until {recorded.ends:%Y-%m-%d %H:%M} UTC: {recorded.summary}")


def _run_gate(
    evaluate: Callable[[Gate], Verdict],
    given: Path,
    *,
    rules: tuple[Path, ...],
    form: str,
    output: Path | None,
    baseline: Path | None,
) -> int:
    from lakekit_policies import Gate, GateError

    base = read_verdict(baseline) if baseline else None
    try:
        if not given.exists():
            # Before the engine starts: it takes seconds to load the rules.
            raise GateError("missing_input", f"{given.absolute()}: no such file or directory. Check the path.")
        with progress("gate"), Gate.start(rules=rules) as evaluator:
            verdict = evaluate(evaluator)
    except GateError as error:
        return report_error(error, form, output)
    return report(verdict, form, output, base)


def _root() -> Path:
    from lakekit_cli.toolchain import project_root

    return project_root() or Path.cwd()


def _default_ledger() -> Path | None:
    """Return the waiver ledger of the working directory, else of the project around it."""
    from lakekit_policies import waivers

    return waivers.find_ledger(Path.cwd()) or waivers.find_ledger(_root())
