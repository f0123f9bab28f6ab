"""What every judging command shares: its options, and the report it leaves."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import console, echo, echo_stderr

if TYPE_CHECKING:
    from lakekit_policies import GateError, Verdict

FORMATS = ("terminal", "json", "sarif", "junit", "markdown")
_Command = TypeVar("_Command", bound=Callable[..., Any])


def report_options(command: _Command) -> _Command:
    """`--format`, `--output`, `--baseline`."""
    for option in (
        click.option(
            "--baseline",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="BASE.json",
            help="The JSON report of the base branch: markdown and sarif then say what is new and fixed.",
        ),
        click.option(
            "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to FILE."
        ),
        click.option(
            "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="How to report."
        ),
    ):
        command = option(command)
    return command


waivers_option = click.option(
    "--waivers",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The waiver ledger; by default policies/waivers.yaml of the project, if there is one.",
)


class UnusableBaselineError(LakekitError):
    """A baseline that is no verdict."""

    exit_code = int(ExitCode.USAGE)


def read_verdict(file: Path) -> Verdict:
    """A verdict from its JSON report.

    Raises:
        UnusableBaselineError: the file is missing or holds none.
    """
    from lakekit_policies import Verdict

    try:
        return Verdict.from_dict(json.loads(file.read_bytes()))
    except (OSError, ValueError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnusableBaselineError(
            f"holds no verdict: {reason}",
            where=str(file),
            fix="give the output of `lakekit gate … --format json`, or leave --baseline out",
        ) from error


def report(verdict: Verdict, form: str, output: Path | None, base: Verdict | None) -> int:
    """Print the verdict or write it to a file; its exit code."""
    from lakekit_policies.report import terminal, text

    if form == "terminal":
        if output is None:
            terminal.render(verdict, console())
        else:
            import io

            from rich.console import Console

            stream = io.StringIO()
            terminal.render(verdict, Console(file=stream, width=120, highlight=False))
            write_atomically(stream.getvalue(), output)
    else:
        _write(text(verdict, form, base), output)
    if output is not None:
        echo_stderr(f"{_summary(verdict)}: {output}")
    return verdict.exit_code


def report_error(error: GateError, form: str, output: Path | None) -> int:
    """Tell a program that there is no verdict; people are told by the command itself.

    Raises:
        GateError: the report is for people, or the format has no place for it.
    """
    if form != "json":
        raise error
    code = error.exit_code
    _write(
        json.dumps({"clean": False, "exit_code": code, "error": error.code, "message": error.message}) + "\n", output
    )
    return code


def _summary(verdict: Verdict) -> str:
    if verdict.clean:
        return "clean"
    found = len(verdict.findings)
    parts = [f"{found} finding{'' if found == 1 else 's'}"] if found else []
    parts += [f"{len(verdict.ledger_problems)} problems of waivers"] if verdict.ledger_problems else []
    return ", ".join(parts)


def write_atomically(text: str, output: Path) -> None:
    """Write a file, whole or not at all: a pipeline must not read half a report."""
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        echo(text.rstrip("\n"))
    else:
        write_atomically(text, output)
