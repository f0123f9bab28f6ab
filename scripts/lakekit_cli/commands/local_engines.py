"""`lakekit local engines`: the engines that run deployed definitions on this machine."""

from __future__ import annotations

from typing import Any

import click

from lakekit_cli.commands import options
from lakekit_cli.commands.local_engine_installation import install, remove
from lakekit_cli.output.console import echo, make_table, print_json, print_table


@click.group(invoke_without_command=True, short_help="Engines that run what is deployed, from pinned jars.")
@options.output_format
@click.pass_context
def engines(context: click.Context, form: str) -> None:
    """List the engines that can run deployed definitions on this machine: installed, size, what is missing.

    Engines are installed once for all projects, in LAKEKIT_ENGINES or the cache folder of the user.
    """
    if context.invoked_subcommand is None:
        _list(form)


engines.add_command(install)
engines.add_command(remove)


def _list(form: str) -> None:
    from lakekit_local.runtimes.catalog import runtimes
    from lakekit_local.runtimes.installed import installed
    from lakekit_local.runtimes.java import missing_to_install, missing_to_run

    rows: list[dict[str, Any]] = []
    for name, runtime in runtimes().items():
        found = installed(name)
        missing = missing_to_run(runtime.java) if found else missing_to_install(runtime.java)
        rows.append(
            {
                "name": name,
                "version": runtime.version,
                "runs": runtime.title,
                "megabytes": runtime.megabytes,
                "installed": found is not None,
                "folder": str(found.folder) if found else "",
                "missing": missing,
            }
        )
    if form == "json":
        print_json(rows)
        return
    table = make_table("engine", "version", "MB", "state", "runs")
    for row in rows:
        state = "installed" if row["installed"] else "not installed"
        if row["missing"]:
            state = f"needs {' and '.join(row['missing'])}"
        table.add_row(row["name"], row["version"], str(row["megabytes"]), state, row["runs"])
    print_table(table)
    if absent := [row["name"] for row in rows if not row["installed"]]:
        echo(f"To install: lakekit local engines install {' '.join(absent)}")
