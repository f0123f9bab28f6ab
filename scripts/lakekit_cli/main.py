"""The `lakekit` command; its subcommands are imported when they are called, so that `--help` is fast."""

from __future__ import annotations

import difflib
import importlib
import os
import re
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click
from click.shell_completion import CompletionItem

from lakekit_cli import exit_codes
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.standard_streams import prepare_streams

if TYPE_CHECKING:
    from lakekit.errors import LakekitError
    from lakekit_policies.errors import GateError

# The end of the first sentence of a message; the fix follows.
_SENTENCE_END = re.compile(r"(?<=[^.])\.\s+(?=[A-Z`])")

# name: (module in lakekit_cli.commands, attribute, one line for --help)
COMMANDS: dict[str, tuple[str, str, str]] = {
    "doctor": ("doctor", "doctor", "Check the prerequisites on this machine and show fixes."),
    "env": ("env", "env", "List, show, validate and create environment files."),
    "check": ("check", "check", "Synthesize, evaluate and report, as CI does."),
    "synth": ("synth", "synth", "Synthesize environments and evaluate the policies."),
    "plan": ("plan", "plan", "Plan every stack of an environment and evaluate the plans."),
    "bootstrap": ("bootstrap", "bootstrap", "Create the S3 bucket for the Terraform state."),
    "aws": ("aws", "aws", "Check the AWS account of an environment."),
    "certificates": ("certificates", "certificates", "Create the TLS certificates of an EMR cluster."),
    "deploy": ("deploy", "deploy", "Deploy every stack of an environment."),
    "destroy": ("destroy", "destroy", "Destroy every stack of an environment."),
    "state": ("state", "state", "List, show and recover states that Terraform could not save."),
    "gate": ("gate", "gate", "Evaluate a synthesized folder or a plan."),
    "snowflake": ("snowflake", "snowflake", "Verify, bootstrap and measure a Snowflake account."),
    "names": ("names", "names", "List the names of an environment that stacks may refer to."),
    "access": ("access", "access", "Show the access matrix of an environment."),
    "policies": ("policies", "policies", "List and explain policy rules; write evidence for auditors."),
    "local": ("local", "local", "Start, stop, inspect and reset the local cloud."),
    "smoke": ("smoke", "smoke", "Write and read sample data in a deployed environment."),
    "completion": ("completion", "completion", "Print the completion script of a shell."),
}

# Import name of a package: the extra of the distribution that installs it.
EXTRAS = {"moto": "local", "flask": "local", "werkzeug": "local", "snowflake": "snowflake", "pyiceberg": "local"}


class LazyGroup(click.Group):
    """Command group that imports a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of a first deployment."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command; return None for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute, _help = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(f"lakekit_cli.commands.{module}"), attribute)
        if not isinstance(found, click.Command):
            raise TypeError(f"lakekit_cli.commands.{module}.{attribute} is not a click command")
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands without importing them, and the options of the group."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return [
            CompletionItem(name, help=text) for name, (_, _, text) in COMMANDS.items() if name.startswith(incomplete)
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command; for an unknown name, fail with the nearest known one."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS and not ctx.resilient_parsing:
            near = difflib.get_close_matches(args[0], COMMANDS, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known commands: {', '.join(COMMANDS)}"
            ctx.fail(f"unknown command {args[0]!r}; {hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands for `--help` without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, _, text) in COMMANDS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"\b\nExit codes:\n{exit_codes.help_text()}\n\nLAKEKIT_DEBUG=1 shows tracebacks.",
)
@click.version_option(package_name="lakekit")
def lakekit() -> None:
    """Deploy a governed lakehouse on AWS and Snowflake with Terraform, subject to a policy gate."""
    from lakekit_cli.toolchain.current_folder import current_folder

    current_folder()


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; print errors as one block without a traceback and exit with an `ExitCode`."""
    prepare_streams()
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) is signal.SIG_DFL:
                # As Ctrl-C, so that live lines show the cursor again.
                signal.signal(number, signal.default_int_handler)
    try:
        code = lakekit.main(arguments, prog_name="lakekit", standalone_mode=False)
        sys.exit(code if isinstance(code, int) else int(ExitCode.OK))
    except click.exceptions.Exit as exit_request:
        sys.exit(exit_request.exit_code)
    except click.ClickException as error:
        _report_click_error(error)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted.", err=True)
        sys.exit(int(ExitCode.INTERRUPTED))
    except Exception as error:
        if os.environ.get("LAKEKIT_DEBUG"):
            raise
        sys.exit(_report_error(error))


def _report_click_error(error: click.ClickException) -> None:
    """Print the usage line, the hint and the error, as click does; the given arguments are cleaned."""
    from lakekit_cli.output.console import echo_stderr

    context = getattr(error, "ctx", None)
    if isinstance(context, click.Context):
        echo_stderr(context.get_usage())
        if context.command.get_help_option(context) is not None:
            echo_stderr(f"Try '{context.command_path} {context.help_option_names[0]}' for help.\n")
    echo_stderr(f"Error: {error.format_message()}")


def _structured(error: GateError) -> LakekitError:
    """Return an error of the gate, which is one text `path: problem. Fix.`, as problem, where and fix."""
    from lakekit.errors import LakekitError

    where, separator, rest = error.message.partition(": ")
    if not separator or ("/" not in where and re.search(r"\s", where)):
        where, rest = "", error.message
    problem, _, fix = _SENTENCE_END.sub("\n", rest, count=1).partition("\n")
    default = "correct the waiver ledger" if error.ledger else "correct it, then run the command again"
    return LakekitError(
        problem if error.ledger else f"the gate could not evaluate: {problem}",
        where=where or None,
        fix=(fix or default) if where else fix or None,
    )


def _report_error(error: Exception) -> int:
    from lakekit.errors import EnvironmentFileError, LakekitError
    from lakekit_cli.output.console import print_error
    from lakekit_cli.output.os_errors import as_lakekit_error
    from lakekit_policies.errors import GateError

    if isinstance(error, GateError):
        print_error(_structured(error))
        return error.exit_code
    if isinstance(error, LakekitError):
        print_error(error)
        default = ExitCode.USAGE if isinstance(error, EnvironmentFileError) else ExitCode.FAILED
        return int(getattr(error, "exit_code", default))
    if isinstance(error, OSError):
        print_error(as_lakekit_error(error))
        return int(ExitCode.SETUP)
    if isinstance(error, ModuleNotFoundError) and error.name:
        package = error.name.partition(".")[0]
        extra = EXTRAS.get(package)
        wanted = f"lakekit[{extra}]" if extra else "lakekit"
        print_error(
            LakekitError(
                f"the Python package {package} is not installed",
                where=sys.prefix,
                fix=f"pip install '{wanted}' (in this repository: make setup)",
            )
        )
        return int(ExitCode.SETUP)
    print_error(
        LakekitError(
            f"{type(error).__name__}: {error}",
            where="internal error of lakekit",
            fix="run the command again with LAKEKIT_DEBUG=1 and report the traceback",
        )
    )
    return int(ExitCode.FAILED)
