"""`lakekit state`: list, show, recover and discard states that Terraform could not save."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from lakekit.errors import LakekitError
from lakekit_cli.commands import options
from lakekit_cli.output.console import echo, make_table, print_json, print_table
from lakekit_cli.toolchain import Project, find_project
from lakekit_policies.output_folder.errored_state import ErroredState, is_stack_name, pending, stacks_with_errored_state
from lakekit_policies.shared.counted import counted


def _named(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not is_stack_name(value):
        raise click.BadParameter(f"{value[:80]!r} is not the name of a stack; `lakekit state list` lists the stacks")
    return value


_stack_argument: Callable[[Callable[..., Any]], Callable[..., Any]] = click.argument("stack", callback=_named)


@click.group()
def state() -> None:
    """List, show and recover states that Terraform could not save to the backend.

    A stack with such a state is not planned or applied until it is recovered.
    """


@state.command("list")
@click.argument("stack", required=False, callback=_named)
@options.output_format
def list_(stack: str | None, form: str) -> int:
    """List the errored states, of all stacks or of STACK."""
    project = _collected()
    states = [
        ErroredState.read(name, file)
        for name, files in stacks_with_errored_state(project.data_dir).items()
        if stack in (None, name)
        for file in files
    ]
    if form == "json":
        print_json([_described(found) for found in states])
    elif not states:
        echo("No errored states.")
    else:
        listing = make_table("stack", "saved at (UTC)", "serial", "resources", "file")
        for found in states:
            shown = _described(found)
            serial = found.problem or str(found.serial)
            listing.add_row(found.stack, shown["saved_at"], serial, str(len(shown["resources"])), str(found.file))
        print_table(listing)
    return 0


@state.command()
@_stack_argument
@options.output_format
def show(stack: str, form: str) -> int:
    """Show serial, lineage and resources of the errored states of STACK; values are not shown."""
    states = _pending(_collected(), stack)
    if form == "json":
        print_json([_described(found) for found in states])
        return 0
    for found in states:
        echo(str(found.file))
        if found.problem:
            echo(f"  {found.problem}")
            continue
        echo(f"  serial {found.serial}, lineage {found.lineage}")
        for address in _described(found)["resources"]:
            echo(f"  {address}")
    return 0


@state.command()
@_stack_argument
@click.option("--file", "named", metavar="NAME", help="The state to push if there are several.")
def recover(stack: str, named: str | None) -> int:
    """Push the errored state of STACK to its backend, after checking lineage and serial.

    The command can be repeated after an interruption. It never overwrites a newer state. A local state file that was
    not written completely is moved to the folder `damaged` first.
    """
    from lakekit_cli.state.errors import StateRecoveryError
    from lakekit_cli.state.local_state import damaged_state
    from lakekit_cli.state.recover import Recovery, terraform_variables
    from lakekit_cli.state.run_guard import guard_stack
    from lakekit_cli.toolchain import terraform_path

    project = _collected()
    working = project.output / "stacks" / stack
    if not pending(project.data_dir, stack):
        if not working.is_dir():
            raise click.UsageError(f"{stack!r} is not a stack of {project.output}: see `lakekit state list`")
        if damaged := damaged_state(working, os.environ):
            raise StateRecoveryError(
                "the state file is not complete, and Terraform has left no errored state to push",
                where=str(damaged.file),
                fix=damaged.fix,
            )
        echo(f"{stack} has no errored state.")
        return 0
    recovery = Recovery(
        stack=stack,
        working=working,
        data=project.data_dir,
        terraform=str(terraform_path()),
        environ=terraform_variables(project.data_dir),
    )
    with guard_stack(working, f"lakekit state recover {stack}", None):
        found = recovery.run(named)
    if found is not None:
        echo(f"{stack}: recovered state with serial {found.serial}; the stack can be deployed again.")
    if left := pending(project.data_dir, stack):
        echo(f"{stack} still has {counted(len(left), 'errored state')}: {', '.join(file.name for file in left)}")
    return 0


@state.command()
@_stack_argument
@click.argument("file")
@click.option("--reason", required=True, help="Why the state must not be pushed; it is recorded.")
def discard(stack: str, file: str, reason: str) -> int:
    """Archive the errored state FILE of STACK without pushing it, so that the stack can be planned again.

    The file is moved to the folder `discarded`; it is not deleted.
    """
    from lakekit_cli.state.recover import discard as archive_state
    from lakekit_cli.state.run_guard import guard_stack

    project = _collected()
    states = _pending(project, stack)
    found = next((one for one in states if one.file.name == Path(file).name), None)
    if found is None:
        known = ", ".join(one.file.name for one in states)
        raise click.UsageError(f"{file!r} is not an errored state of {stack}: {known}")
    if len(reason.split()) < 3:
        raise click.UsageError("the reason is too short: write a sentence for the readers of the record")
    with guard_stack(project.output / "stacks" / stack, f"lakekit state discard {stack}", None):
        moved = archive_state(found, project.data_dir, reason)
    echo(f"{stack}: moved to {moved}")
    return 0


def _collected() -> Project:
    """Return the project, after moving the errored states of its output folder to the data folder."""
    from lakekit_policies.output_folder.clear import keep_all_errored_states

    project = find_project()
    keep_all_errored_states(project.output, project.data_dir)
    return project


def _pending(project: Project, stack: str) -> list[ErroredState]:
    files = pending(project.data_dir, stack)
    if not files:
        raise LakekitError(f"{stack} has no errored state", where=str(project.data_dir), fix="lakekit state list")
    return [ErroredState.read(stack, file) for file in files]


def _described(found: ErroredState) -> dict[str, Any]:
    from lakekit_cli.state.choose import instances

    saved = datetime.fromtimestamp(found.file.stat().st_mtime, UTC)
    return {
        "stack": found.stack,
        "file": str(found.file),
        "saved_at": saved.isoformat(timespec="seconds").removesuffix("+00:00"),
        "problem": found.problem,
        "serial": found.serial if not found.problem else None,
        "lineage": found.lineage,
        "resources": sorted(instances(found.document or {})),
    }
