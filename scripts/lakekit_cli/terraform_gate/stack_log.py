"""Write the output of Terraform and of the gate to a log of the stack, for the `lakekit` command that runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

LOGS_VARIABLE = "LAKEKIT_RUN_LOGS"
# cdktf reads what the other commands print.
LOGGED_COMMANDS = frozenset(("apply", "destroy", "init", "plan"))


def stack_log(stack: str, environ: Mapping[str, str] = os.environ) -> Path | None:
    """Return the log of a stack in the folder named by `LAKEKIT_RUN_LOGS`; None if it is not set."""
    folder = environ.get(LOGS_VARIABLE)
    return Path(folder) / f"{Path(stack).name}.log" if folder else None


def redirect_output(stack: str, command: str, environ: Mapping[str, str] = os.environ) -> None:
    """Redirect standard output and standard error of this process to the log of the stack, if there is one."""
    file = stack_log(stack, environ)
    if file is None or command not in LOGGED_COMMANDS:
        return
    # Terraform's output contains values of the configuration: only this user can read it.
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)
