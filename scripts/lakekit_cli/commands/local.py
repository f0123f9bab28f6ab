"""`lakekit local`: the local cloud."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, make_table, print_table
from lakekit_cli.toolchain import find_project
from lakekit_cli.toolchain.local_cloud import local_cloud

if TYPE_CHECKING:
    from lakekit_local import LocalCloud


@click.group()
def local() -> None:
    """The local cloud: AWS on loopback for the environment `local`, for proving and learning.

    It listens on 127.0.0.1, port 4577 or LAKEKIT_LOCAL_PORT, and keeps its state in .lakekit/local/.
    """


@local.command()
def up() -> None:
    """Start it in the background, with the state it had."""
    cloud = _cloud()
    cloud.ensure(restart_outdated=True)
    echo(f"The local cloud answers at {cloud.endpoint}")


@local.command()
def down() -> None:
    """Stop it; its state stays on disk."""
    echo("The local cloud has stopped." if _cloud().down() else "The local cloud was not running.")


@local.command()
@click.option("--json", "as_json", is_flag=True, help="Print the status as one JSON document.")
@click.option("--calls", "with_calls", is_flag=True, help="Show every operation that was asked for.")
def status(as_json: bool, with_calls: bool) -> int:
    """Whether it runs, left a call unanswered, or cannot save its state (exit code 1 for either of the last two)."""
    cloud = _cloud()
    found = cloud.status()
    code = ExitCode.FAILED if found.unanswered or found.save_problem else ExitCode.OK
    if as_json:
        operations = {"operations": cloud.calls()["operations"]} if with_calls and found.running else {}
        echo(json.dumps(found.as_dict() | operations, indent=2))
        return int(code)
    listing = make_table("local cloud", "")
    listing.add_row("running", f"yes, process {found.pid} at {found.endpoint}" if found.running else "no")
    if found.running:
        listing.add_row("up for", f"{found.uptime_seconds:.0f} s, {found.peak_memory_mib} MiB at most")
        calls = f"{found.answered_by_lakekit} by Lakekit, {found.answered_by_moto} by moto"
        listing.add_row("calls answered", calls)
        times = sum(entry["times"] for entry in found.unanswered)
        listing.add_row("calls unanswered", str(times))
    if found.snapshot_bytes is not None:
        size = f"{found.snapshot_bytes / 1_000_000:.1f} MB, {found.snapshot_age_seconds:.0f} s old"
        listing.add_row("state on disk", size + (f", {found.unsaved_changes} newer changes" if found.running else ""))
    if found.save_problem:
        listing.add_row("cannot be saved", found.save_problem)
    listing.add_row("kept in", found.home)
    print_table(listing)
    if found.unanswered:
        missing = make_table("unanswered", "times", "why")
        for entry in found.unanswered:
            missing.add_row(f"{entry['service']}:{entry['operation']}", str(entry["times"]), entry["reason"])
        print_table(missing)
    if with_calls and found.running:
        asked = make_table("operation", "by", "status", "times")
        for entry in cloud.calls()["operations"]:
            name = f"{entry['service']}:{entry['operation']}"
            asked.add_row(
                name, {"own": "lakekit"}.get(entry["by"], entry["by"]), str(entry["status"]), str(entry["times"])
            )
        print_table(asked)
    return int(code)


@local.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Forget everything: the local cloud and the Terraform states of local stacks."""
    if not yes:
        click.confirm("Forget the local cloud and the Terraform states of all local stacks?", abort=True)
    removed = _cloud().reset()
    echo("\n".join(f"Removed {path}" for path in removed) if removed else "There was nothing to forget.")


def _cloud() -> LocalCloud:
    return local_cloud(find_project().root)
