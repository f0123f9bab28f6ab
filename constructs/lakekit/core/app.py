"""The app: environments in, gated Terraform JSON out."""

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

from rich.console import Console

from lakekit.bindings import cdktf
from lakekit.core import name_collisions, rejected_output, source_locations
from lakekit.environment import Environment, selected
from lakekit.errors import GateRejectedError, LakekitError
from lakekit_policies import Gate, GateError, quarantine_output, waivers
from lakekit_policies.gate import quarantine
from lakekit_policies.report import terminal

GATE_COMMAND: Final = "lakekit-terraform"
# What Terraform would read beside what the gate has judged.
_CONFIGURATION: Final = ("*.tf", "*.tf.json", "*.tfvars", "*.tfvars.json")


class LakehouseApp(cdktf.App):
    """The root of every Lakekit program: synthesizes its stacks and lets nothing out that the gate refuses.

    Stacks are written to a folder of their own first, judged there, and only then moved to the output folder, so
    that the output folder never holds a configuration that has not passed.

    Args:
        environments: a folder of environment files, or environments; by default `stacks/environments` below the
            working directory, or the folder that `LAKEKIT_ENVIRONMENTS` names.
        outdir: where the JSON goes; by default `CDKTF_OUTDIR` or `cdktf.out`.

    Attributes:
        environments: what is to be synthesized.
        output: where it goes.

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
        # The worker loads the rule engine while constructs are being built.
        self._gate = Gate.start()
        self.output: Final = Path(outdir or os.environ.get("CDKTF_OUTDIR") or "cdktf.out")
        self._staging = _create_staging_directory(self.output)
        # Stack traces of every construct cost a third of the synthesis and are read by nobody.
        super().__init__(outdir=str(self._staging), stack_traces=False)
        source_locations.record(self)

    def synth(self) -> None:
        """Write, judge, and put the stacks in place; the report of what is refused goes to standard error.

        Raises:
            GateRejectedError: the gate refused, or could not evaluate; no stack is left in the output folder.
            CollisionError: two constructs claim one physical name.
        """
        try:
            source_locations.write(self)
            super().synth()
            self._run_gate()
            _publish(self._staging, self.output)
        finally:
            self._gate.close()
            shutil.rmtree(self._staging, ignore_errors=True)

    def _run_gate(self) -> None:
        try:
            name_collisions.check(self._staging)
            verdict = self._gate.evaluate_synth(self._staging, waivers=waivers.find_ledger(Path.cwd()))
            terminal.render(verdict, Console(stderr=True))
            if not verdict.clean:
                quarantine_output(self.output, verdict)
                rejected_output.export(self._staging)
        except GateError as error:
            quarantine_output(self.output, error)
            raise GateRejectedError(
                f"the gate could not evaluate this configuration, so it is refused: {error}", exit_code=error.exit_code
            ) from error
        if not verdict.clean:
            stale = f", {len(verdict.ledger_problems)} problems of waivers" if verdict.ledger_problems else ""
            raise GateRejectedError(
                f"refused by the policy gate: {len(verdict.findings)} findings{stale}",
                exit_code=verdict.exit_code,
                fix=f"change what the report names; {self.output} holds no stack until it passes",
            )


def entry_point(main: Callable[[], None]) -> Callable[[], None]:
    """Make an app's main function end like a command: a LakekitError becomes one plain message and an exit code.

    `LAKEKIT_DEBUG=1` keeps the traceback.
    """

    @functools.wraps(main)
    def wrapper() -> None:
        try:
            main()
        except LakekitError as error:
            if os.environ.get("LAKEKIT_DEBUG"):
                raise
            print(f"lakekit: {error}", file=sys.stderr)  # noqa: T201
            sys.exit(getattr(error, "exit_code", 1))

    return wrapper


def _require_plan_gate(environments: Sequence[Environment]) -> None:
    """The cdktf CLI applies whatever Terraform it is told to run: above dev that has to be the plan gate."""
    if not _run_by_cdktf():
        return
    guarded = [environment.name for environment in environments if environment.defaults.requires_plan_gate]
    binary = os.environ.get("TERRAFORM_BINARY_NAME", "")
    if guarded and not (Path(binary).name == GATE_COMMAND and shutil.which(binary)):
        raise LakekitError(
            f"{', '.join(guarded)}: the cdktf CLI may only deploy these through the plan gate, "
            f"and TERRAFORM_BINARY_NAME is {binary or 'not set'}",
            fix=f'export TERRAFORM_BINARY_NAME="$(command -v {GATE_COMMAND})", or use `lakekit deploy`',
        )


def _run_by_cdktf() -> bool:
    """Whether the cdktf CLI runs this program: it alone puts its relative modules into the context."""
    return "cdktfRelativeModules" in json.loads(os.environ.get("CDKTF_CONTEXT_JSON") or "{}")


def _create_staging_directory(target: Path) -> Path:
    """An empty folder on the file system of the output folder."""
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


def _publish(staging: Path, target: Path) -> None:
    """Put what has passed in place of what was there; Terraform's own working files stay."""
    stacks = target / "stacks"
    stacks.mkdir(parents=True, exist_ok=True)
    quarantine.clear_rejection(target)
    kept = {path.name for path in (staging / "stacks").iterdir()}
    for old in stacks.iterdir():
        if old.name not in kept:
            shutil.rmtree(old)
            if _run_by_cdktf():
                # The CLI removes the folders it saw before, and fails when one is gone.
                old.mkdir()
    for new in (staging / "stacks").iterdir():
        destination = stacks / new.name
        destination.mkdir(exist_ok=True)
        shutil.rmtree(destination / "assets", ignore_errors=True)
        for pattern in _CONFIGURATION:
            for stray in destination.glob(pattern):
                stray.unlink()
        for item in new.iterdir():
            item.replace(destination / item.name)
    (staging / "manifest.json").replace(target / "manifest.json")
