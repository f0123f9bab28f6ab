"""`lakekit-terraform`: Terraform with the policy gate between plan and apply.

cdktf runs whatever `TERRAFORM_BINARY_NAME` names. This program hands everything to the real Terraform untouched,
except `plan`, `apply` and `destroy`: those plan into a private file, let the gate judge that plan, and apply that
very file.

Exit codes: Terraform's own; 1 when the gate refuses; 3 when it could not evaluate (nothing is applied); 4 when a
tool is missing.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.toolchain import project_root, provider_source, terraform_path

from .arguments import ArgumentError, Command, parse
from .gated_run import GatedRun
from .process import InterruptHandler, print_stderr
from .skip_stack import skip_stack
from .stack import read_stack, terraform_environment

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Entry point of the console script."""
    try:
        code = _run(sys.argv[1:] if arguments is None else arguments)
    except ArgumentError as error:
        print_stderr(f"Error: {error}")
        code = int(ExitCode.FAILED)
    except LakekitError as error:
        if os.environ.get("LAKEKIT_DEBUG"):
            raise
        print_stderr(f"lakekit-terraform: {error}")
        code = int(getattr(error, "exit_code", ExitCode.SETUP))
    except KeyboardInterrupt:
        print_stderr("Interrupted.")
        code = int(ExitCode.INTERRUPTED)
    except Exception as error:
        if os.environ.get("LAKEKIT_DEBUG"):
            raise
        from lakekit_policies import GateError

        judged = not isinstance(error, GateError)
        print_stderr(
            f"lakekit-terraform: {'' if judged else 'the gate could not evaluate: '}{error}\nNothing more was applied."
        )
        code = int(ExitCode.SETUP if judged else ExitCode.NOT_EVALUATED)
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    command = parse(arguments, os.environ)
    terraform = str(terraform_path())
    working = Path(command.directory)
    environ = dict(os.environ)
    environ.setdefault("CHECKPOINT_DISABLE", "1")
    root = project_root(working) or Path.cwd()
    environ.update(provider_source(root / ".lakekit", environ).variables)
    if command.name and read_stack(working).unsupported_locally:
        return skip_stack(command, read_stack(working).name)
    if not command.is_gated:
        stack = read_stack(working)
        _replace(terraform, arguments, terraform_environment(stack, working, environ, command.name))
    return _run_gated(command, terraform, working, environ)


def _run_gated(command: Command, terraform: str, working: Path, environ: dict[str, str]) -> int:
    from lakekit_policies import Gate

    with InterruptHandler().installed() as interrupts:
        # The worker loads the rules while Terraform plans.
        gate = Gate.start()
        try:
            stack = read_stack(working)
            environ = terraform_environment(stack, working, environ, command.name)
            return GatedRun(command, terraform, working, environ, stack, interrupts).run(gate)
        finally:
            gate.close()


def _replace(terraform: str, arguments: Sequence[str], environ: dict[str, str]) -> NoReturn:
    # Python ignores SIGPIPE, and an ignored signal would stay ignored in Terraform.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execve(terraform, [terraform, *arguments], environ)  # noqa: S606 - that is what this program is
