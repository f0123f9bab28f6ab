"""Run a Terraform command that is not evaluated as a plan in this terminal, where it can ask questions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.lock_message import is_lock_error

from .arguments import Command
from .followed import errors_of_json, followed
from .output_filter import OutputFilter
from .stack import without_color


def run_in_terminal(command: Command, terraform: str, stack: str, environ: Mapping[str, str]) -> int:
    """Run a command and return its exit code, that of a blocked command if the state is locked.

    Its standard output stays that of this process, for questions. On an interrupt, wait until it has ended.

    Args:
        command: The command line.
        terraform: Path of Terraform.
        stack: Name of the stack.
        environ: Environment variables of Terraform.
    """
    with ExitStack() as streams:
        shown = streams.enter_context(followed(sys.stderr.fileno(), _filter(stack)))
        printed = None
        if command.prints_json:
            printed = streams.enter_context(followed(sys.stdout.fileno(), _filter(stack, is_json=True)))
        child = subprocess.Popen(
            [terraform, *without_color(command, environ).words],
            env=dict(environ),
            stdout=printed.descriptor if printed else None,
            stderr=shown.descriptor,
        )
        while True:
            try:
                code = child.wait()
                break
            except KeyboardInterrupt:  # Terraform has received it too
                continue
        if code and is_lock_error(shown.text + (errors_of_json(printed.text) if printed else "")):
            return int(ExitCode.BLOCKED)
    return code if code >= 0 else 128 - code


def _filter(stack: str, *, is_json: bool = False) -> OutputFilter:
    return OutputFilter(stack, lambda _state: False, is_json=is_json)
