"""The `lakekit` command: groups are imported when they are called, so that `--help` is quick."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from lakekit_cli import exit_codes
from lakekit_cli.exit_codes import ExitCode

# name: (module below lakekit_cli.commands, attribute, one line for --help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "doctor": ("doctor", "doctor", "Check this machine: every tool, and the fix for what is missing."),
    "env": ("env", "env", "List, show, validate and write environment files."),
    "check": ("check", "check", "Synthesize, gate and report what a branch changes, as CI does."),
    "synth": ("synth", "synth", "Synthesize environments and let the gate judge them."),
    "plan": ("plan", "plan", "Plan every stack of an environment and judge the plans."),
    "bootstrap": ("bootstrap", "bootstrap", "Make the bucket for Terraform's states, once per environment."),
    "certificates": (
        "certificates",
        "certificates",
        "Make an EMR cluster's certificates, before its first start.",
    ),
    "deploy": ("deploy", "deploy", "Deploy an environment: synthesize, gate, plan, gate, apply."),
    "destroy": ("destroy", "destroy", "Destroy what an environment has deployed."),
    "gate": ("gate", "gate", "Judge a synthesized folder or a plan."),
    "snowflake": ("snowflake", "snowflake", "The Snowflake account: verify, bootstrap, usage."),
    "access": ("access", "access", "Show who may see and write what, in the lake and in Snowflake."),
    "policies": ("policies", "policies", "List and explain the rules of the gate; evidence for auditors."),
    "local": ("local", "local", "The local cloud: up, down, status, reset."),
    "smoke": ("smoke", "smoke", "Write and read real data in a deployed environment."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command; None if there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _help = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(f"lakekit_cli.commands.{module}"), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"lakekit_cli.commands.{module}.{attribute} is no click command")
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one was probably meant."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The list for `--help`, without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"\b\nExit codes:\n{exit_codes.help_text()}\n\nLAKEKIT_DEBUG=1 shows tracebacks.",
)
@click.version_option(package_name="lakekit")
def lakekit() -> None:
    """A governed lakehouse as code, behind a policy gate."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Entry point: one plain block per error, no traceback, and an exit code that means something."""
    try:
        code = lakekit.main(arguments, prog_name="lakekit", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else int(ExitCode.OK))
    except click.exceptions.Exit as exit_request:
        sys.exit(exit_request.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted.", err=True)
        sys.exit(int(ExitCode.INTERRUPTED))
    except Exception as error:
        if os.environ.get("LAKEKIT_DEBUG"):
            raise
        sys.exit(_report_error(error))


def _report_error(error: Exception) -> int:
    from lakekit.errors import EnvironmentFileError, LakekitError
    from lakekit_cli.output.console import print_error
    from lakekit_policies.errors import GateError

    if isinstance(error, GateError):
        print_error(LakekitError(str(error) if error.ledger else f"the gate could not evaluate: {error}"))
        return error.exit_code
    if isinstance(error, LakekitError):
        print_error(error)
        default = ExitCode.USAGE if isinstance(error, EnvironmentFileError) else ExitCode.FAILED
        return int(getattr(error, "exit_code", default))
    if isinstance(error, OSError):
        print_error(
            LakekitError(
                error.strerror or str(error),
                where=str(error.filename or "this machine"),
                fix="check that the path exists, that you may use it, and that the disk is not full",
            )
        )
        return int(ExitCode.SETUP)
    print_error(
        LakekitError(
            f"{type(error).__name__}: {error}",
            where="lakekit itself: this is a defect",
            fix="run it again with LAKEKIT_DEBUG=1 and report the traceback",
        )
    )
    return int(ExitCode.FAILED)
