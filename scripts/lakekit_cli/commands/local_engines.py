"""`lakekit local engines`: list, install and remove the engines that run deployed definitions on this machine."""

from __future__ import annotations

from typing import Any

import click

from lakekit_cli.commands import options
from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, make_table, print_json, print_table, progress


def _names() -> list[str]:
    from lakekit_local.runtimes.catalog import runtimes

    return list(runtimes())


def _checked(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """The names, each once.

    Raises:
        click.BadParameter: a name is not that of an engine.
    """
    for name in given:
        if name not in _names():
            raise click.BadParameter(f"{name!r} is not one of {', '.join(_names())}")
    return tuple(dict.fromkeys(given))


@click.group(invoke_without_command=True, short_help="Engines that run what is deployed, from pinned jars.")
@options.output_format
@click.pass_context
def engines(context: click.Context, form: str) -> None:
    """List the engines that can run deployed definitions on this machine: installed, size, what is missing.

    Engines are installed once for all projects, in LAKEKIT_ENGINES or the cache folder of the user.
    """
    if context.invoked_subcommand is None:
        _list(form)


@engines.command(short_help="Fetch engines through Maven.")
@click.argument("names", metavar="ENGINE...", nargs=-1, required=True, callback=_checked)
def install(names: tuple[str, ...]) -> int:
    """Install engines: Maven fetches their jars with its own settings, and the pinned checksums are compared.

    Exit code 4 if a tool is missing, or a jar is not the pinned one; nothing is installed then.
    """
    from lakekit_local.runtimes.install import install as install_engine

    for name in names:
        with progress(f"Installing {name}"):
            done = install_engine(name)
        echo(f"{name} {done.runtime.version} is installed in {done.folder}")
    echo("A local cloud that runs uses it for what is created from now on.")
    return int(ExitCode.OK)


@engines.command(short_help="Remove engines.")
@click.argument("names", metavar="ENGINE...", nargs=-1, required=True, callback=_checked)
def remove(names: tuple[str, ...]) -> int:
    """Remove engines for all projects; those that run now run until the local cloud stops."""
    from lakekit_local.runtimes.install import remove as remove_engine

    for name in names:
        echo(f"{name}: removed" if remove_engine(name) else f"{name}: was not installed")
    return int(ExitCode.OK)


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
        state = "installed" if row["installed"] else f"lakekit local engines install {row['name']}"
        if row["missing"]:
            state = f"needs {' and '.join(row['missing'])}"
        table.add_row(row["name"], row["version"], str(row["megabytes"]), state, row["runs"])
    print_table(table)
