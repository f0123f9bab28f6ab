"""Run `cdktf deploy` or `cdktf destroy`: synthesize, follow the stacks, and report."""

from __future__ import annotations

import difflib
import fnmatch
import shlex
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace

import click

from lakekit.errors import LakekitError
from lakekit_cli.applied.select import select
from lakekit_cli.applied.variables import CHANGED_ONLY_VARIABLE, SKIPPED_VARIABLE
from lakekit_cli.commands.interrupts import nothing_applied_if_interrupted
from lakekit_cli.commands.missing_stacks import IGNORE_OPTION, options_for_missing
from lakekit_cli.commands.run_context import RunContext, record_phases, worst_exit_code
from lakekit_cli.commands.synth import stack_folders, synthesize
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo_stderr, print_error, print_json
from lakekit_cli.output.standard_streams import printing_result
from lakekit_cli.run_output.approvals import ApprovalServer
from lakekit_cli.run_output.cdktf_log import messages_of
from lakekit_cli.run_output.closing import closing_lines
from lakekit_cli.run_output.display import TAIL_LINES, RunDisplay, print_failures, print_summary
from lakekit_cli.run_output.logs import RunLogs, read_from
from lakekit_cli.run_output.monitor import RunMonitor
from lakekit_cli.run_output.progress import BAD, GOOD, StackProgress
from lakekit_cli.state.run_guard import guard_output
from lakekit_cli.terraform_gate.phase_record import read_phases
from lakekit_cli.terraform_gate.run_order import STACKS_VARIABLE
from lakekit_cli.terraform_gate.stack import read_stack
from lakekit_cli.terraform_gate.stack_log import LOGS_VARIABLE
from lakekit_cli.toolchain import Project, gate_path, without_color
from lakekit_cli.toolchain.stack_order import predecessors
from lakekit_policies.output_folder.errored_state import stacks_with_errored_state
from lakekit_policies.run_lock.locks import is_stack_locked

# Options of cdktf with which it has to synthesize by itself, or not at all.
_SYNTH_OPTIONS = ("-a", "--app", "-o", "--output", "--skip-synth")


CDKTF_ONLY_PATTERN_CHARACTERS = frozenset("{}()!")
"""Characters of micromatch patterns beyond `*`, `?` and `[…]`."""


class UnknownStackError(LakekitError):
    """A value of `--stack` that selects no stack."""

    exit_code = int(ExitCode.USAGE)


@dataclass(frozen=True)
class CdktfRun:
    """A run of cdktf over the stacks of an environment.

    Attributes:
        context: Tools and variables.
        verb: `deploy` or `destroy`.
        environment: Name of the environment.
        stacks: Values of `--stack`; all stacks if empty.
        extra: Options for cdktf.
        approved: Whether plans that pass the gate are applied without a question.
        verbose: Print variables, commands and the output of Terraform.
        form: `terminal` or `json`.
        changed: Deploy only stacks whose inputs differ from those of the last apply.
        skipped: Stacks that are not deployed for this reason.
        nothing_changed: Whether these are all stacks.
    """

    context: RunContext
    verb: str
    environment: str
    stacks: tuple[str, ...]
    extra: tuple[str, ...]
    approved: bool
    verbose: bool = False
    form: str = "terminal"
    changed: bool = False
    skipped: tuple[str, ...] = ()
    nothing_changed: bool = False

    def run(self) -> int:
        """Synthesize, run cdktf, and print the outcome of each stack; return the exit code."""
        with guard_output(self.context.project, f"lakekit {self.verb} {self.environment}") as note_child:
            return self._run(note_child)

    def _run(self, note_child: Callable[[int], None]) -> int:
        if not any(option.partition("=")[0] in _SYNTH_OPTIONS for option in self.extra):
            with nothing_applied_if_interrupted():
                code, _ = synthesize(self.context, verbose=self.verbose)
            if code:
                return code
        with nothing_applied_if_interrupted():
            chosen = self._of_changed_stacks() if self.changed else self
        return chosen._run_synthesized(note_child)

    def _of_changed_stacks(self) -> CdktfRun:
        """Return the run of the changed stacks; print what it skips."""
        own = (*_SYNTH_OPTIONS, "--var", "--var-file", "--refresh-only")
        if unknown := [option for option in self.extra if option.partition("=")[0] in own]:
            raise click.UsageError(f"--changed cannot be combined with {unknown[0]}; set variables as TF_VAR_name")
        folders = stack_folders(self.context.project)
        chosen = {name: folders[name] for name in self._selected()}
        unsupported = {name for name, folder in chosen.items() if read_stack(folder).unsupported_locally}
        selection = select(chosen, self.context.project.manifest, str(gate_path()), self.context.environ, unsupported)
        echo_stderr(selection.statement)
        # cdktf keeps the order only if it gets all stacks; `lakekit-terraform` skips the unchanged ones.
        return replace(self, skipped=tuple(selection.skipped), nothing_changed=not selection.deployed)

    def _run_synthesized(self, note_child: Callable[[int], None]) -> int:
        if self.nothing_changed:
            if self.form == "json":
                print_json({"exit_code": 0, "seconds": 0, "logs": "", "stacks": [], "skipped": list(self.skipped)})
            return 0
        self._require_stacks()
        command = [str(self.context.cdktf), *self._arguments(), *self._options_for_missing()]
        if self.verbose:
            for variable, value in sorted(self.context.variables.items()):
                echo_stderr(f"{variable}={shlex.quote(value)}")
            echo_stderr(f"cd {shlex.quote(str(self.context.project.root))}\n{shlex.join(command)}")
        logs = RunLogs.create(self.context.project.data_dir, f"{self.verb}-{self.environment}")
        started = time.monotonic()
        with record_phases(self.context) as (environ, record), ExitStack() as opened:
            approvals = None if self.approved else opened.enter_context(ApprovalServer())
            display = RunDisplay(logs, verbose=self.verbose)
            monitor = RunMonitor(logs, record, display, approvals=approvals, on_start=note_child)
            monitor.is_running = self._is_running
            monitor.stacks = {name: StackProgress(name) for name in self._selected()}
            # cdktf redraws its status on terminals and without CI, and Terraform always gets a terminal from cdktf.
            variables = {
                STACKS_VARIABLE: ",".join(monitor.stacks),
                LOGS_VARIABLE: str(logs.folder),
                "CI": environ.get("CI") or "1",
                **without_color(environ),
            }
            variables |= approvals.variables if approvals else {}
            if self.changed:
                variables |= {CHANGED_ONLY_VARIABLE: "1", SKIPPED_VARIABLE: ",".join(self.skipped)}
            with monitor.shown():
                code = monitor.run(command, {**environ, **variables}, self.context.project.root)
            progress = monitor.finish(code)
            code = int(ExitCode.INTERRUPTED) if monitor.interrupted else worst_exit_code(code, read_phases(record))
            if code == int(ExitCode.OK) and any(stack.status not in GOOD for stack in progress):
                # cdktf takes a process that a signal has ended for a success.
                code = int(ExitCode.FAILED)
        return self._report(progress, logs, code, time.monotonic() - started)

    def _require_stacks(self) -> None:
        """Check that each value of `--stack` selects a stack, before cdktf starts.

        Raises:
            UnknownStackError: One selects none.
        """
        if not (known := stacks_of(self.environment, self.context.project)):
            return
        for given, pattern in zip(self.stacks, stack_patterns(self.environment, self.stacks), strict=False):
            if not CDKTF_ONLY_PATTERN_CHARACTERS.isdisjoint(pattern):
                continue
            if not fnmatch.filter(known, f"{self.environment}-{pattern}"):
                near = difflib.get_close_matches(f"{self.environment}-{pattern}", known, 1)
                raise UnknownStackError(
                    f"no stack of {self.environment} matches {given!r}; it has {', '.join(known)}",
                    where="--stack",
                    fix=f"did you mean {near[0]!r}?" if near else "pass the name of a stack, or a pattern",
                )

    def _options_for_missing(self) -> list[str]:
        """Return the options of cdktf if the selected stacks need others.

        Raises:
            MissingStackError: The others have to be selected too.
        """
        patterns = "".join(stack_patterns(self.environment, self.stacks))
        if IGNORE_OPTION in self.extra or not CDKTF_ONLY_PATTERN_CHARACTERS.isdisjoint(patterns):
            return []
        if not (selected := self._selected()):
            return []
        needs = predecessors(self.context.project.manifest, destroy=self.verb == "destroy")
        return options_for_missing(self.verb, self.environment, selected, needs, stack_folders(self.context.project))

    def _is_running(self, stack: str) -> bool:
        """Whether `lakekit-terraform` still plans or applies a stack."""
        return is_stack_locked(self.context.project.output / "stacks" / stack)

    def _report(self, stacks: list[StackProgress], logs: RunLogs, code: int, seconds: float) -> int:
        """Print the result of a run, and what to run next after a failure; return the exit code."""
        with printing_result() as result:
            if self.form == "json":
                shown = [{**stack.as_dict(), "log": str(logs.stack(stack.name))} for stack in stacks]
                document = {"exit_code": code, "seconds": round(seconds, 1), "logs": str(logs.folder), "stacks": shown}
                print_json({**document, "skipped": list(self.skipped)} if self.changed else document)
            else:
                print_summary(stacks, logs, seconds=seconds)
        print_failures(stacks, logs)
        if code or result.error:
            errored = stacks_with_errored_state(self.context.project.data_dir)
            destroys = self.verb == "destroy"
            lines = closing_lines(stacks, self._command, errored=errored, destroys=destroys)
            echo_stderr("\n".join(lines if code else lines[: len(stacks) + 1]))
        if code not in (0, int(ExitCode.INTERRUPTED)) and not any(stack.status in BAD for stack in stacks):
            lines = messages_of(read_from(logs.cdktf, 0).decode(errors="replace"))
            fix = "correct what cdktf reports, then run the command again"
            problem = "\n".join([f"cdktf {self.verb} failed:", *lines[-TAIL_LINES:]])
            print_error(LakekitError(problem, where=str(logs.cdktf), fix=fix))
        return result.exit_code(code)

    @property
    def _command(self) -> str:
        """The command line of this run, as far as it can be repeated as it is."""
        selected = ["--changed"] if self.changed else [word for name in self.stacks for word in ("--stack", name)]
        return shlex.join(["lakekit", self.verb, self.environment, *selected])

    def _selected(self) -> list[str]:
        """Return the selected stacks in the order of the run, as far as `fnmatch` can evaluate the patterns."""
        names = stacks_of(self.environment, self.context.project)
        patterns = [f"{self.environment}-{pattern}" for pattern in stack_patterns(self.environment, self.stacks)]
        found = [name for name in names if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)]
        return found[::-1] if self.verb == "destroy" else found

    def _arguments(self) -> list[str]:
        patterns = [f"{self.environment}-{pattern}" for pattern in stack_patterns(self.environment, self.stacks)]
        # Without --auto-approve `lakekit-terraform` asks this process, not cdktf.
        arguments = [self.verb, *patterns, "--auto-approve"]
        # `terraform providers lock` contacts the registry even if a mirror is configured.
        if self.context.source.mirrors:
            arguments.append("--skip-provider-lock")
        if not any(option.partition("=")[0] in _SYNTH_OPTIONS for option in self.extra):
            arguments += ["--skip-synth", "--output", str(self.context.project.output)]
        return [*arguments, *self.extra]


def stacks_of(environment: str, project: Project) -> list[str]:
    """Return the synthesized stacks of an environment; empty if the manifest cannot be read, which cdktf reports."""
    try:
        return [name for name in stack_folders(project) if name.startswith(f"{environment}-")]
    except LakekitError:
        return []


def stack_patterns(environment: str, stacks: tuple[str, ...]) -> list[str]:
    """Return the values of `--stack` without the environment prefix; both forms are accepted."""
    return [name.removeprefix(f"{environment}-") for name in stacks] or ["*"]
