"""Options and reports of the commands that evaluate policies."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import console, echo_stderr, print_document
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.named_errors import naming
from lakekit_policies.shared.regular_file import read_regular_bytes

if TYPE_CHECKING:
    from lakekit_policies import GateError, Verdict

FORMATS = ("terminal", "json", "sarif", "junit", "markdown")
_Command = TypeVar("_Command", bound=Callable[..., Any])


def report_options(command: _Command) -> _Command:
    """Add the options `--format`, `--output` and `--baseline`."""
    for option in (
        click.option(
            "--baseline",
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="BASE.json",
            help="JSON report of the base branch; markdown and sarif then mark new and fixed findings.",
        ),
        click.option(
            "-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write the report to FILE."
        ),
        click.option(
            "--format", "form", type=click.Choice(FORMATS), default="terminal", show_default=True, help="Report format."
        ),
    ):
        command = option(command)
    return command


waivers_option = click.option(
    "--waivers",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Waiver ledger. Default: policies/waivers.yaml of the project, if it exists.",
)


class UnusableBaselineError(LakekitError):
    """A baseline file that does not contain a verdict."""

    exit_code = int(ExitCode.USAGE)


def read_verdict(file: Path) -> Verdict:
    """Read a verdict from its JSON report.

    Raises:
        UnusableBaselineError: The file does not exist or does not contain a verdict.
    """
    from lakekit_policies import Verdict

    try:
        return Verdict.from_dict(json.loads(read_regular_bytes(file)))
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        reason = "nested too deeply" if deep else getattr(error, "strerror", None) or str(error)
        raise UnusableBaselineError(
            f"not a verdict: {reason.removeprefix('not a verdict: ')}",
            where=str(file),
            fix="pass the output of `lakekit gate … --format json`, or omit --baseline",
        ) from error


def report(verdict: Verdict, form: str, output: Path | None, base: Verdict | None) -> int:
    """Print the verdict or write it to a file; return its exit code."""
    from lakekit_policies.report import terminal, text

    if form == "terminal":
        if output is None:
            terminal.render(verdict, console())
        else:
            import io

            from lakekit_policies.report.console import open_console

            stream = io.StringIO()
            terminal.render(verdict, open_console(stream))
            write_atomically(stream.getvalue(), output)
    else:
        _write(text(verdict, form, base), output)
    if output is not None:
        echo_stderr(f"{_summary(verdict)}: {output}")
    return verdict.exit_code


def report_error(error: GateError, form: str, output: Path | None) -> int:
    """Write a JSON report that there is no verdict; return the exit code.

    Raises:
        GateError: The format is not JSON: the command prints the error instead.
    """
    if form != "json":
        raise error
    code = error.exit_code
    _write(
        json.dumps({"clean": False, "exit_code": code, "error": error.code, "message": error.message}) + "\n", output
    )
    return code


def _summary(verdict: Verdict) -> str:
    if verdict.passed:
        return "clean" if verdict.clean else f"passed, not fully evaluated ({verdict.coverage.text})"
    found = len(verdict.findings)
    parts = [counted(found, "finding")] if found else []
    parts += [counted(len(verdict.ledger_problems), "waiver problem")] if verdict.ledger_problems else []
    return ", ".join(parts)


def write_atomically(text: str, output: Path) -> None:
    """Write a file atomically, so that no pipeline reads a partial report."""
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f".{output.name}.{os.getpid()}")
    try:
        with naming(output):
            part.write_text(text, encoding="utf-8")
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        print_document(text.rstrip("\n"))
    else:
        write_atomically(text, output)
