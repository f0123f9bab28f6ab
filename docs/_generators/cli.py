"""The command-line reference, generated from the click commands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from lakekit_cli.main import lakekit

from .markdown import NOTICE, code, table, text

INTRODUCTION = """\
# Command-line reference

`lakekit COMMAND --help` prints the same text. [Exit codes](../exit-codes.md) are the same for all commands.
"""


def render() -> str:
    """Return the page: one section per command with usage, help, arguments and options."""
    return "\n".join([NOTICE, INTRODUCTION, *(_section(path, command) for path, command in commands() if path)])


def commands() -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command and group with its path below `lakekit`, groups before their commands."""
    return list(_walk((), lakekit))


def _walk(path: tuple[str, ...], command: click.Command) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _walk((*path, name), inner)


def _section(path: tuple[str, ...], command: click.Command) -> str:
    name = " ".join(("lakekit", *path))
    context = click.Context(command, info_name=name)
    usage = " ".join((name, *command.collect_usage_pieces(context)))
    help_text = re.sub(r"^\x08$", "", inspect.cleandoc(command.help or ""), flags=re.MULTILINE)
    parts = [f"{'#' * (1 + len(path))} {code(name)}\n", f"{code(usage)}\n", f"{text(help_text)}\n"]
    options = [one for one in command.get_params(context) if isinstance(one, click.Option) and not one.hidden]
    rows = [record for option in options if (record := option.get_help_record(context)) is not None]
    if len(rows) > 1:  # --help alone is no news
        parts.append(table(("option", "meaning"), ((code(names), text(meaning)) for names, meaning in rows)))
    return "\n".join(parts)
