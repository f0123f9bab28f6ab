"""`lakekit gate`: the gate on what is already there, for pipelines."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lakekit_cli.console import console, progress, say
from lakekit_cli.exit_codes import ExitCode
from lakekit_policies.errors import GateError
from lakekit_policies.verdict import Verdict

_format = click.option(
    "--format",
    "form",
    type=click.Choice(["terminal", "json"]),
    default="terminal",
    help="How to report.",
    show_default=True,
)


@click.group()
def gate() -> None:
    """Judge a synthesized folder or a plan.

    Exit codes: 0 clean, 1 findings, 3 could not judge.
    """


@gate.command("synth")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@_format
def judge_synth(folder: Path, form: str) -> int:
    """Judge every stack of a synthesized DIR, such as cdktf.out."""
    return _judge(lambda judge: judge.judge_synth(folder), form)


@gate.command("plan")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--stack",
    type=click.Path(path_type=Path),
    help="The stack's cdk.tf.json: gives construct paths, tier and environment.",
)
@_format
def judge_plan(file: Path, stack: Path | None, form: str) -> int:
    """Judge a plan FILE, as `terraform show -json PLAN` writes it."""
    return _judge(lambda judge: judge.judge_plan(file, stack=stack), form)


def _judge(ask: Callable[[Any], Verdict], form: str) -> int:
    from lakekit_policies import Gate
    from lakekit_policies.report import terminal

    try:
        with progress("gate"):
            judge = Gate.start()
            try:
                verdict = ask(judge)
            finally:
                judge.close()
    except GateError as error:
        if form == "terminal":
            raise
        say(
            json.dumps(
                {"clean": False, "exit_code": int(ExitCode.NOT_JUDGED), "error": error.code, "message": error.message}
            )
        )
        return int(ExitCode.NOT_JUDGED)
    if form == "json":
        say(verdict.to_json())
    else:
        terminal.render(verdict, console())
    return verdict.exit_code
