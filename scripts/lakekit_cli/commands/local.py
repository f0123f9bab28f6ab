"""`lakekit local`: start, stop, inspect and reset the local cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.local_check_engines import check_engines
from lakekit_cli.commands.local_engines import engines
from lakekit_cli.commands.local_why import why
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, make_table, print_json, print_table
from lakekit_cli.state.local_reset import discard_local_states
from lakekit_cli.state.run_guard import guard_output
from lakekit_cli.toolchain import find_project
from lakekit_cli.toolchain.local_cloud import local_cloud

if TYPE_CHECKING:
    from lakekit_local import LocalCloud


@click.group()
def local() -> None:
    """Start, stop, inspect and reset the local cloud: AWS on loopback for local environments.

    Listens on 127.0.0.1, port 4577 or LAKEKIT_LOCAL_PORT; stores its state in .lakekit/local/.
    """


@local.command(short_help="Start the local cloud in the background.")
def up() -> None:
    """Start the local cloud in the background with its saved state."""
    cloud = _cloud()
    cloud.ensure(restart_outdated=True)
    echo(f"The local cloud is running at {cloud.endpoint}")


@local.command()
def down() -> None:
    """Stop the local cloud and keep its state on disk."""
    with guard_output(find_project(), "lakekit local down"):
        stopped = _cloud().down()
    echo("The local cloud has stopped." if stopped else "The local cloud was not running.")


@local.command()
@options.output_format
@click.option("--calls", "with_calls", is_flag=True, help="List all called operations.")
def status(form: str, with_calls: bool) -> int:
    """Show status: running, unimplemented calls, state errors.

    Exit code 1 if a call was not implemented or the state cannot be saved.
    """
    cloud = _cloud()
    found = cloud.status()
    code = ExitCode.FAILED if found.unanswered or found.save_problem else ExitCode.OK
    if form == "json":
        operations = {"operations": cloud.calls()["operations"]} if with_calls and found.running else {}
        print_json(found.as_dict() | operations)
        return int(code)
    listing = make_table("local cloud", "")
    listing.add_row("running", f"yes, process {found.pid} at {found.endpoint}" if found.running else "no")
    if found.running:
        listing.add_row("uptime", f"{found.uptime_seconds:.0f} s, {found.peak_memory_mib} MiB peak memory")
        calls = f"{found.answered_by_lakekit} by Lakekit, {found.answered_by_moto} by moto"
        listing.add_row("calls answered", calls)
        times = sum(entry["times"] for entry in found.unanswered)
        listing.add_row("calls not implemented", str(times))
    if found.snapshot_bytes is not None:
        size = f"{found.snapshot_bytes / 1_000_000:.1f} MB, {found.snapshot_age_seconds:.0f} s old"
        listing.add_row("saved state", size + (f", {found.unsaved_changes} unsaved changes" if found.running else ""))
    if found.save_problem:
        listing.add_row("save error", found.save_problem)
    listing.add_row("folder", found.home)
    print_table(listing)
    if found.unanswered:
        missing = make_table("not implemented", "calls", "reason")
        for entry in found.unanswered:
            missing.add_row(f"{entry['service']}:{entry['operation']}", str(entry["times"]), entry["reason"])
        print_table(missing)
    if with_calls and found.running:
        called = make_table("operation", "answered by", "status", "calls")
        for entry in cloud.calls()["operations"]:
            name = f"{entry['service']}:{entry['operation']}"
            called.add_row(name, entry["by"], str(entry["status"]), str(entry["times"]))
        print_table(called)
    return int(code)


local.add_command(engines)
local.add_command(why)
local.add_command(check_engines)


@local.command(short_help="Delete all local state.")
@click.option("--yes", is_flag=True, help="Skip the confirmation prompt.")
def reset(yes: bool) -> None:
    """Delete the state of the local cloud and the Terraform state of local stacks.

    Errored states of local stacks are moved to the folder `discarded`: their resources no longer exist.
    """
    if not yes:
        click.confirm("Delete the state of the local cloud and the Terraform state of all local stacks?", abort=True)
    project = find_project()
    with guard_output(project, "lakekit local reset"):
        removed = _cloud().reset()
        discarded = discard_local_states(project)
    echo("\n".join(f"Removed {path}" for path in removed) if removed else "There was no state to delete.")
    for path in discarded:
        echo(f"Kept an errored state of the removed cloud in {path}; its stack can be deployed again.")


def _cloud() -> LocalCloud:
    return local_cloud(find_project().root)
