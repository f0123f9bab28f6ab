"""`lakekit local engines install` and `remove`."""

from __future__ import annotations

import click

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.output.console import echo, progress


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


@click.command(short_help="Fetch engines through Maven.")
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


@click.command(short_help="Remove engines.")
@click.argument("names", metavar="ENGINE...", nargs=-1, required=True, callback=_checked)
def remove(names: tuple[str, ...]) -> int:
    """Remove engines for all projects; those that run now run until the local cloud stops."""
    from lakekit_local.runtimes.install import remove as remove_engine

    for name in names:
        echo(f"{name}: removed" if remove_engine(name) else f"{name}: was not installed")
    return int(ExitCode.OK)
