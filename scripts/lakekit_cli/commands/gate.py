"""`lakekit gate`: the gate on what is already there, for pipelines and for any Terraform."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lakekit_cli.commands.reporting import read_verdict, report, report_error, report_options, waivers_option
from lakekit_cli.console import progress

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

    Exit codes: 0 clean, 1 findings, 3 could not judge, 5 problems of waivers.
    """


@gate.command("synth")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@report_options
@waivers_option
@_rules
@_environment
def judge_synth(
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
    ledger = waivers or _beside()
    return _judge(
        lambda one: one.judge_synth(folder, waivers=ledger, environment=environment), rules, form, output, baseline
    )


@gate.command("plan")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--stack",
    type=click.Path(path_type=Path),
    help="The stack's cdk.tf.json: gives construct paths, tier and environment.",
)
@report_options
@waivers_option
@_rules
@_environment
def judge_plan(
    file: Path,
    *,
    stack: Path | None,
    form: str,
    output: Path | None,
    baseline: Path | None,
    waivers: Path | None,
    rules: tuple[Path, ...],
    environment: str,
) -> int:
    """Judge a plan FILE of any Terraform, as `terraform show -json PLAN` writes it.

    Without --stack it is judged as strictly as production.
    """
    ledger = waivers or _beside()
    return _judge(
        lambda one: one.judge_plan(file, stack=stack, waivers=ledger, environment=environment),
        rules,
        form,
        output,
        baseline,
    )


def _judge(
    ask: Callable[[Gate], Verdict], rules: tuple[Path, ...], form: str, output: Path | None, baseline: Path | None
) -> int:
    from lakekit_policies import Gate, GateError

    base = read_verdict(baseline) if baseline else None
    try:
        with progress("gate"), Gate.start(rules=rules) as judge:
            verdict = ask(judge)
    except GateError as error:
        return report_error(error, form, output)
    return report(verdict, form, output, base)


def _beside() -> Path | None:
    """The ledger of the project this command is called in, or of the working directory."""
    from lakekit_cli.toolchain import project_root
    from lakekit_policies import waivers

    return waivers.beside(Path.cwd()) or waivers.beside(project_root() or Path.cwd())
