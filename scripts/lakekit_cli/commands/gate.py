"""`lakekit gate`: the gate on what is already there, for pipelines and for any Terraform."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lakekit_cli.output.console import echo, echo_stderr, progress
from lakekit_cli.output.reports import read_verdict, report, report_error, report_options, waivers_option
from lakekit_cli.terraform_gate.acknowledge import load_rejected_plan, record_acknowledgement

if TYPE_CHECKING:
    from lakekit_policies import Gate, Verdict

_rules = click.option(
    "--rules",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    multiple=True,
    metavar="DIR",
    help="Rules of your own to run beside the pack: stock checkov custom checks.",
)
_environment = click.option(
    "--environment",
    default="",
    help="The environment of a configuration that Lakekit did not make, so that waivers can name it.",
)


@click.group()
def gate() -> None:
    """Judge a synthesized folder or a plan.

    Exit codes: 0 clean, 1 findings, 3 could not evaluate, 5 problems of waivers.
    """


@gate.command("synth")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@report_options
@waivers_option
@_rules
@_environment
def synth_command(
    folder: Path,
    *,
    form: str,
    output: Path | None,
    baseline: Path | None,
    waivers: Path | None,
    rules: tuple[Path, ...],
    environment: str,
) -> int:
    """Judge every stack of a synthesized DIR, such as cdktf.out, whoever made it."""
    ledger = waivers or _default_ledger()
    return _run_gate(
        lambda one: one.evaluate_synth(folder, waivers=ledger, environment=environment), rules, form, output, baseline
    )


@gate.command("plan")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--stack",
    type=click.Path(path_type=Path),
    help="The stack's cdk.tf.json: gives construct paths, tier and environment.",
)
@click.option(
    "--acknowledge",
    metavar="DIGEST",
    help="Accept what this very plan changes, by the digest its refusal has shown; needs --reason.",
)
@click.option("--reason", default="", metavar="WHY", help="Why the plan is meant; goes on record.")
@report_options
@waivers_option
@_rules
@_environment
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
    acknowledge: str | None,
    reason: str,
) -> int:
    """Judge a plan FILE of any Terraform, as `terraform show -json PLAN` writes it.

    Without --stack it is judged as strictly as production.
    """
    from lakekit_policies.records.acknowledgements import FILE, AcknowledgementLedger

    ledger, root = waivers or _default_ledger(), _root()

    def ask(one: Gate) -> Verdict:
        verdict = one.evaluate_plan(
            file, stack=stack, waivers=ledger, environment=environment, acknowledgements=root / FILE
        )
        if acknowledge is None or verdict.acknowledged:
            return verdict
        record_acknowledgement(root, verdict, acknowledge, reason)
        return AcknowledgementLedger(root / FILE).apply(verdict, datetime.now(UTC))

    return _run_gate(
        ask,
        rules,
        form,
        output,
        baseline,
    )


@gate.command("acknowledge")
@click.argument("digest", metavar="DIGEST")
@click.option("--reason", required=True, metavar="WHY", help="Why the plan is meant; goes on record.")
def acknowledge_plan(digest: str, reason: str) -> None:
    """Accept what a refused plan changes.

    DIGEST is what the refusal has shown. It holds for that very plan, for 24 hours and one apply, and for nothing but
    what was shown. Only what a plan changes can be accepted (LK_PLAN_…), never what is wrong with its result.
    """
    root = _root()
    verdict = load_rejected_plan(root, digest)
    made = record_acknowledgement(root, verdict, digest, reason)
    for rule_id, address, detail in made.findings:
        echo(f"{rule_id} {address}: {detail}")
    echo_stderr(f"recorded for {made.stack}, until {made.ends:%Y-%m-%d %H:%M} UTC: {made.summary}")


def _run_gate(
    ask: Callable[[Gate], Verdict], rules: tuple[Path, ...], form: str, output: Path | None, baseline: Path | None
) -> int:
    from lakekit_policies import Gate, GateError

    base = read_verdict(baseline) if baseline else None
    try:
        with progress("gate"), Gate.start(rules=rules) as evaluator:
            verdict = ask(evaluator)
    except GateError as error:
        return report_error(error, form, output)
    return report(verdict, form, output, base)


def _root() -> Path:
    from lakekit_cli.toolchain import project_root

    return project_root() or Path.cwd()


def _default_ledger() -> Path | None:
    """The ledger of the project this command is called in, or of the working directory."""
    from lakekit_policies import waivers

    return waivers.find_ledger(Path.cwd()) or waivers.find_ledger(_root())
