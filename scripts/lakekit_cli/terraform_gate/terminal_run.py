"""Run a Terraform command that is not evaluated as a plan in this terminal, where it can ask questions."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from typing import Final

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.state.diagnostics import is_lock_error, json_diagnostics, printed_diagnostics

from .arguments import Command
from .followed import followed
from .output_filter import OutputFilter
from .process import stop_signals
from .stack import prints_color, without_color

_SECONDS: Final = 0.2
"""Between two looks at received signals."""


def run_in_terminal(
    command: Command,
    terraform: str,
    stack: str,
    environ: Mapping[str, str],
    on_start: Callable[[int], None] = lambda _process: None,
) -> int:
    """Run a command; return its exit code, that of an interrupt, or that of a blocked command if the state is locked.

    Its standard output stays that of this process if it is a terminal, for questions. On an interrupt, wait until it
    has ended.

    Args:
        command: The command line.
        terraform: Path of Terraform.
        stack: Name of the stack.
        environ: Environment variables of Terraform.
        on_start: Called with the process ID of Terraform.
    """
    words = without_color(command, environ).words
    filtered = partial(OutputFilter, stack, lambda _state: False, styled=prints_color(words))
    with ExitStack() as streams:
        shown = streams.enter_context(followed(sys.stderr.fileno(), filtered()))
        printed = None
        if command.prints_json or not sys.stdout.isatty():
            # Not a pipe itself: Terraform would end without releasing the lock of the state if its reader ends.
            outside = filtered(is_json=command.prints_json)
            printed = streams.enter_context(followed(sys.stdout.fileno(), outside))
        received: list[int] = []
        streams.enter_context(stop_signals(lambda number, _frame: received.append(number)))
        child = subprocess.Popen(
            [terraform, *words],
            env=dict(environ),
            stdout=printed.descriptor if printed else None,
            stderr=shown.descriptor,
        )
        on_start(child.pid)
        sent = False
        while (code := child.poll()) is None:
            # A terminal sends Ctrl-C to Terraform, too; a second one would end it at once.
            if received and not sent:
                sent = True
                if signal.SIGINT not in received or not sys.stdin.isatty():
                    child.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                child.wait(_SECONDS)
        if code and received:
            return int(ExitCode.INTERRUPTED)
        of_json = json_diagnostics(printed.text) if printed and command.prints_json else ()
        if code and is_lock_error((*printed_diagnostics(shown.text), *of_json)):
            return int(ExitCode.BLOCKED)
    return code if code >= 0 else 128 - code
