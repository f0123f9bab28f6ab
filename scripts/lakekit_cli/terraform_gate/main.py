"""`lakekit-terraform`: run Terraform with the policy gate between plan and apply.

cdktf runs the program that `TERRAFORM_BINARY_NAME` names. For `plan`, `apply` and `destroy`, and for `refresh`, `taint`
and `import`, which become an `apply`, Terraform writes a plan to a private file, the gate evaluates it, and exactly
that plan is applied. Commands that change a state without a plan need a reason above dev. All others are passed to
Terraform unchanged (`subcommands.py`).

Exit codes: those of Terraform; 1 if the gate rejects the plan; 3 if it could not evaluate (nothing is applied); 4 if
a tool is missing; 7 if another run plans or applies the stack, or it has an errored state.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from lakekit.errors import LakekitError
from lakekit_cli.applied.variables import SKIPPED_VARIABLE
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.standard_streams import prepare_streams
from lakekit_cli.state.errored import needs_complete_state, require_complete_state_file, require_no_errored_state
from lakekit_cli.toolchain import project_root, provider_source, terraform_path
from lakekit_cli.toolchain.current_folder import current_folder
from lakekit_policies.terraform.plan_gate_variable import ENVIRONMENT_VARIABLE

from .arguments import ArgumentError, Command, parse, without_terraform_arguments
from .phase_record import ORDER_PHASE, PhaseRecorder
from .process import InterruptHandler, print_stderr
from .skip_stack import UNCHANGED, skip_stack
from .stack import Stack, read_stack, terraform_environment, without_color
from .stack_log import redirect_output, stack_log
from .subcommands import Decision, Subcommand, decide

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line of `lakekit-terraform`."""
    prepare_streams()
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
        print_stderr("Interrupted. Nothing further was applied.")
        code = int(ExitCode.INTERRUPTED)
    except Exception as error:
        if os.environ.get("LAKEKIT_DEBUG"):
            raise
        from lakekit_cli.output.os_errors import as_lakekit_error
        from lakekit_policies import GateError

        not_evaluated = isinstance(error, GateError)
        problem = "the gate could not evaluate: " if not_evaluated else ""
        text = as_lakekit_error(error) if isinstance(error, OSError) else error
        print_stderr(f"lakekit-terraform: {problem}{text}\nNothing further was applied.")
        code = int(ExitCode.NOT_EVALUATED if not_evaluated else ExitCode.SETUP)
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    command = parse(arguments, os.environ)
    terraform = str(terraform_path())
    # Absolute: the folder can be removed while Terraform runs.
    working = current_folder() / command.directory
    environ = without_terraform_arguments(os.environ)
    environ.setdefault("CHECKPOINT_DISABLE", "1")
    root = project_root(working) or Path.cwd()
    environ.update(provider_source(root / ".lakekit", environ).variables)
    stack = read_stack(working)
    if command.name not in {"", "init"}:
        # Local states, saved plans and records contain secret values; provider folders may be shared.
        os.umask(0o077)
    redirect_output(stack.name, command.name, environ)
    if command.name and stack.unsupported_locally:
        return skip_stack(command, stack.name)
    if stack.name in environ.get(SKIPPED_VARIABLE, "").split(","):
        return skip_stack(command, stack.name, UNCHANGED)
    if command.is_gated:
        environ[ENVIRONMENT_VARIABLE] = stack.name
        from .as_plan import as_plan

        return _run_gated(as_plan(without_color(command, environ)), terraform, working, environ, stack)
    if needs_complete_state(command.name, command.arguments):
        require_no_errored_state(working, environ)
    elif command.name == "init":
        with PhaseRecorder(stack.name, environ).blocked():
            require_complete_state_file(working, environ)
    subcommand = decide(command)
    if subcommand.decision is not Decision.REFUSED and not command.asks_for_help:
        # Stacks above dev cannot be read by `console` or `test` without it; in others Terraform ignores it.
        environ[ENVIRONMENT_VARIABLE] = stack.name
    environ = terraform_environment(stack, working, environ, command.name)
    code = _run_recorded_command(command, subcommand, stack, terraform=terraform, root=root, environ=environ)
    if code is not None:
        return code
    if command.name == "init" and stack_log(stack.name, environ):
        return _run_init(terraform, command, stack.name, working, environ)
    if command.name == "console":  # takes the lock of the state
        from .terminal_run import run_in_terminal

        return run_in_terminal(command, terraform, stack.name, environ)
    _replace(terraform, without_color(command, environ).words, environ)


def _run_recorded_command(
    command: Command, subcommand: Subcommand, stack: Stack, *, terraform: str, root: Path, environ: dict[str, str]
) -> int | None:
    """Run or refuse a command that is recorded; return None for one that is passed to Terraform."""
    refused = subcommand.decision is Decision.REFUSED and stack.above_dev and stack.file is not None
    reason = subcommand.decision is Decision.REASON and stack.file is not None
    passed = bool(stack.above_dev and stack.environment and command.name)
    if not (refused or reason or passed):
        return None
    from lakekit_cli.state.run_guard import guard_stack

    from .state_command import StateCommand

    working = Path(command.directory)
    recorded = StateCommand(command, subcommand, terraform, working, root, environ, stack)
    if refused:
        return recorded.refuse()
    if reason:
        label = f"lakekit-terraform {subcommand.name}"
        with PhaseRecorder(stack.name, environ).blocked(), guard_stack(working, label, None) as lock:
            return replace(recorded, on_start=lock.note_child).run()
    recorded.record("passed")
    return None


def _run_init(terraform: str, command: Command, stack: str, working: Path, environ: dict[str, str]) -> int:
    """Run `terraform init` for `lakekit deploy`, which waits for the stack, and record its duration and exit code."""
    from lakekit_cli.state.run_guard import guard_stack

    from .terraform_run import run_terraform

    recorder = PhaseRecorder(stack, environ)
    with (
        InterruptHandler().installed() as interrupts,
        recorder.blocked(),
        guard_stack(working, "lakekit-terraform init", None),
        recorder.phase("init") as phase,
    ):
        words = [terraform, *without_color(command, environ).words]
        prints_json = command.prints_json
        phase.code = run_terraform(words, stack, environ, interrupts, prints_json=prints_json).code
        if phase.code and interrupts.received:
            phase.code = int(ExitCode.INTERRUPTED)
    return phase.code


def _run_gated(command: Command, terraform: str, working: Path, environ: dict[str, str], stack: Stack) -> int:
    if command.name == "plan":
        return _plan_or_apply(command, terraform, working, environ, stack)
    with PhaseRecorder(stack.name, environ).phase("run") as run:
        run.code = _plan_or_apply(command, terraform, working, environ, stack)
    return run.code


def _plan_or_apply(command: Command, terraform: str, working: Path, environ: dict[str, str], stack: Stack) -> int:
    # Commands that are passed to Terraform need none of these.
    from lakekit_cli.applied.gate_hooks import skips, tracker_for
    from lakekit_cli.state.run_guard import guard_stack
    from lakekit_policies import Gate

    from .gated_run import GatedRun
    from .run_order import require_predecessors

    with ExitStack() as held:
        recorder = PhaseRecorder(stack.name, environ)
        if command.name != "plan":
            with recorder.blocked(ORDER_PHASE):
                require_predecessors(command, stack.name, working, environ)
        with recorder.blocked():
            label = f"lakekit-terraform {command.name}"
            lock = held.enter_context(guard_stack(working, label, command.value("lock-timeout")))
            require_no_errored_state(working, environ)
        tracker = tracker_for(command, working, environ)
        if skips(tracker, environ):
            return skip_stack(command, stack.name, UNCHANGED)
        interrupts = held.enter_context(InterruptHandler(lock.note_child).installed())
        # The engine loads the rules while Terraform plans; the stacks of a deployment share it.
        gate = Gate.start(shared=True)
        held.callback(gate.close)
        environ = terraform_environment(stack, working, environ, command.name)
        return GatedRun(command, terraform, working, environ, stack, interrupts, tracker).run(gate)


def _replace(terraform: str, arguments: Sequence[str], environ: dict[str, str]) -> NoReturn:
    # Python ignores SIGPIPE; ignored signals stay ignored across exec.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execve(terraform, [terraform, *arguments], environ)  # noqa: S606 - this program is a wrapper of Terraform
