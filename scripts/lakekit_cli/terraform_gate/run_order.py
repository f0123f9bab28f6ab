"""Refuse to apply a stack of a run before the stacks that come first have been applied.

cdktf takes a `lakekit-terraform` that a signal has ended, as the kernel does without memory, for a success and goes on
with the next stacks. The stacks of a run therefore look for a record of success.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lakekit.errors import LakekitError
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.toolchain.stack_order import predecessors
from lakekit_policies.shared.regular_file import read_regular_text

from .arguments import Command
from .phase_record import RECORD_VARIABLE, read_phase

STACKS_VARIABLE = "LAKEKIT_RUN_STACKS"
"""Names of the stacks of the run, separated by commas."""


class RunOrderError(LakekitError):
    """A stack that comes first has no record of success in this run."""

    exit_code = int(ExitCode.FAILED)


def require_predecessors(command: Command, stack: str, working: Path, environ: Mapping[str, str]) -> None:
    """Require a record of success for each stack of the run that comes before this one.

    Before an apply come the stacks that it depends on, before `destroy` those that depend on it. Outside of a run of
    `lakekit deploy` or `lakekit destroy`, there is no record and nothing is required.

    Raises:
        RunOrderError: A stack was not applied, or the record or the manifest cannot be read.
    """
    record = environ.get(RECORD_VARIABLE)
    if not record or STACKS_VARIABLE not in environ:
        return
    manifest = working.resolve().parent.parent / "manifest.json"
    try:
        needs = predecessors(manifest, destroy=command.is_destroy)
        phases = [phase for phase in map(read_phase, read_regular_text(Path(record)).splitlines()) if phase]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise RunOrderError(
            f"the order of the stacks cannot be read: {error}", where=str(manifest), fix="run the command again"
        ) from error
    of_run = {*environ[STACKS_VARIABLE].split(","), *(phase.stack for phase in phases)}
    ended = {phase.stack: phase for phase in phases if phase.phase in ("apply", "skip") and not phase.running}
    missing = [name for name in needs.get(stack, ()) if name in of_run and (name not in ended or ended[name].code)]
    if missing:
        verb = "destroyed" if command.is_destroy else "applied"
        raise RunOrderError(
            f"nothing was {verb}: {', '.join(missing)} must be {verb} first and has no record of success in this run",
            where=stack,
            fix=f"plan {missing[0]} to see what was applied, then run the command again",
        )
