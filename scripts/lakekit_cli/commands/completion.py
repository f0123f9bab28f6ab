"""`lakekit completion`: completion scripts for shells."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from lakekit_cli.output.console import print_document

SHELLS = ("bash", "zsh", "fish")
PROGRAM = "lakekit"


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the completion script of SHELL.

    It completes commands, options and names of environments. To load it in every session, for bash:

    \b
    echo 'eval "$(lakekit completion bash)"' >> ~/.bashrc
    """
    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"click has no completion for {shell}")
    script = found(context.find_root().command, {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE")
    # `source()` of click requires the shell itself; the script does not.
    print_document((script.source_template % script.source_vars()).strip())
