"""The app: synthesizes environments into Terraform JSON that has passed the policy gate."""

from __future__ import annotations

import errno
import functools
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from lakekit.bindings import cdktf, ends_program, known_channels, load_ahead
from lakekit.core import name_collisions, rejected_output, source_locations
from lakekit.core.metadata import metadata_of
from lakekit.core.output_in_use import output_in_use
from lakekit.core.plan_gate_variable import guard_written_stacks, require_plan_gate
from lakekit.core.publish import publish
from lakekit.environment import Environment, selected
from lakekit.errors import GateRejectedError, LakekitError
from lakekit_policies import Gate, GateError, Verdict, quarantine_output, waivers
from lakekit_policies.report import terminal
from lakekit_policies.report.console import open_console
from lakekit_policies.shared.counted import counted
from lakekit_policies.shared.safe_text import clean_lines

load_ahead("cdktf_cdktf_provider_aws")  # each stack has a provider of AWS

GATE_COMMAND: Final = "lakekit-terraform"
_INTERRUPTED: Final = 130
"""Exit code after Ctrl-C (docs/exit-codes.md)."""


class LakehouseApp(cdktf.App):
    """The root of a Lakekit program: synthesizes its stacks and publishes only output that passes the gate.

    Stacks are written to a staging folder, evaluated there, and then moved to the output folder, so that the output
    folder never contains a configuration that has not passed.

    Args:
        environments: a folder of environment files, or environments; by default `stacks/environments` below the
            working directory, or the folder that `LAKEKIT_ENVIRONMENTS` names.
        outdir: the output folder; by default `CDKTF_OUTDIR` or `cdktf.out`.

    Attributes:
        environments: the environments to synthesize.
        output: the output folder.

    Raises:
        EnvironmentFileError: an environment is missing or not valid.
        LakekitError: the cdktf CLI runs this app for a tier above dev and `TERRAFORM_BINARY_NAME` does not name
            the plan gate; or the output folder cannot be written.
    """

    def __init__(
        self, environments: Path | Sequence[Environment] | None = None, *, outdir: Path | str | None = None
    ) -> None:
        if environments is None or isinstance(environments, Path):
            environments = selected(environments)
        self.environments: Final = tuple(environments)
        _require_plan_gate(self.environments)
        # The rule engine loads while constructs are created; the plan gates of a deployment use the same one.
        with known_channels():
            self._gate = Gate.start(shared=_run_by_cdktf())
        self.output: Final = Path(outdir or os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
        self._staging = _create_staging_directory(self.output)
        # Stack traces of every construct cost a third of the synthesis time; source_locations replaces them.
        super().__init__(outdir=str(self._staging), stack_traces=False)
        source_locations.start_recording(self)

    def synth(self) -> None:
        """Write the stacks, evaluate them, and publish them; the report of findings goes to standard error.

        Raises:
            GateRejectedError: the gate rejected the stacks or could not evaluate them; the output folder is empty.
            CollisionError: two constructs have the same physical name.
            RunInProgressError: another run writes the output folder, or applies one of its stacks.
        """
        try:
            with output_in_use(self.output) as exclusive:
                self._require_plan_gate_in_other_stacks()
                source_locations.write_locations(self)
                super().synth()
                self._guard_written_stacks()
                verdict = self._evaluate()
                with exclusive():
                    self._require_clean(verdict)
                    publish(self._staging, self.output, run_by_cdktf=_run_by_cdktf())
        finally:
            self._gate.close()
            shutil.rmtree(self._staging, ignore_errors=True)

    @property
    def _is_above_dev(self) -> bool:
        return any(environment.defaults.requires_plan_gate for environment in self.environments)

    def _guard_written_stacks(self) -> None:
        if self._is_above_dev:
            guard_written_stacks(self._staging)

    def _require_plan_gate_in_other_stacks(self) -> None:
        """LakehouseStack adds the variable on its own; a plain TerraformStack has no environment."""
        if not self._is_above_dev:
            return
        for stack in self.node.children:
            if isinstance(stack, cdktf.TerraformStack) and not metadata_of(stack).environment:
                require_plan_gate(stack)

    def _evaluate(self) -> Verdict | GateError:
        try:
            name_collisions.check_unique_names(self._staging)
            verdict = self._gate.evaluate_synth(self._staging, waivers=waivers.find_ledger(Path.cwd()))
        except GateError as error:
            return error
        terminal.render(verdict, open_console(sys.stderr))
        return verdict

    def _require_clean(self, verdict: Verdict | GateError) -> None:
        if isinstance(verdict, Verdict) and verdict.passed:
            return
        try:
            quarantine_output(self.output, verdict)
        except GateError as error:
            raise GateRejectedError(str(error), exit_code=error.exit_code) from error
        if isinstance(verdict, GateError):
            raise GateRejectedError(
                f"the policy gate could not evaluate this configuration and rejects it: {verdict}",
                exit_code=verdict.exit_code,
            ) from verdict
        rejected_output.export(self._staging)
        waivers_note = (
            f", {counted(len(verdict.ledger_problems), 'problem')} with waivers" if verdict.ledger_problems else ""
        )
        raise GateRejectedError(
            f"rejected by the policy gate: {counted(len(verdict.findings), 'finding')}{waivers_note}",
            exit_code=verdict.exit_code,
            fix=f"fix the findings of the report; {self.output} contains no stack until the gate passes",
        )


def entry_point(main: Callable[[], None]) -> Callable[[], None]:
    """Decorate the main function of an app: a LakekitError becomes one message and an exit code.

    `LAKEKIT_DEBUG=1` keeps the traceback.
    """

    @functools.wraps(main)
    def wrapper() -> None:
        try:
            main()
        except LakekitError as error:
            if os.environ.get("LAKEKIT_DEBUG"):
                raise
            print(clean_lines(f"lakekit: {error}"), file=sys.stderr)  # noqa: T201
            sys.exit(getattr(error, "exit_code", 1))
        except KeyboardInterrupt:
            if os.environ.get("LAKEKIT_DEBUG"):
                raise
            print("lakekit: interrupted", file=sys.stderr)  # noqa: T201
            sys.exit(_INTERRUPTED)

    ends_program(wrapper)
    return wrapper


def _require_plan_gate(environments: Sequence[Environment]) -> None:
    """Require the plan gate as Terraform binary when the cdktf CLI runs this program for a tier above dev."""
    if not _run_by_cdktf():
        return
    guarded = [environment.name for environment in environments if environment.defaults.requires_plan_gate]
    binary = os.environ.get("TERRAFORM_BINARY_NAME", "")
    if guarded and not (Path(binary).name == GATE_COMMAND and shutil.which(binary)):
        raise LakekitError(
            f"{', '.join(guarded)}: the cdktf CLI may deploy these only through the plan gate, "
            f"and TERRAFORM_BINARY_NAME is {binary or 'not set'}",
            fix=f'export TERRAFORM_BINARY_NAME="$(command -v {GATE_COMMAND})", or use `lakekit deploy`',
        )


def _run_by_cdktf() -> bool:
    """Return whether the cdktf CLI runs this program: only the CLI puts its relative modules into the context."""
    return "cdktfRelativeModules" in json.loads(os.environ.get("CDKTF_CONTEXT_JSON") or "{}")


def _create_staging_directory(target: Path) -> Path:
    """Create an empty folder on the file system of the output folder."""
    try:
        target.resolve().parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            next(os.scandir(target), None)
            if not os.access(target, os.W_OK | os.X_OK):
                raise PermissionError(errno.EACCES, "Permission denied")
        return Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.resolve().parent))
    except OSError as error:
        raise LakekitError(
            f"cannot be written: {(error.strerror or str(error)).lower()}",
            where=str(target),
            fix="make it writable, or set CDKTF_OUTDIR to a folder that is",
        ) from error
