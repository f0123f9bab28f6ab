"""Ask for the approval of an apply, on the terminal or by the `lakekit` command that started the run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lakekit_policies.output_folder.workspace import selected_workspace

from .approval import NoInputError, ask_approval
from .arguments import Command
from .process import print_stderr
from .run_approval import asks_run, request_approval
from .stack import wants_color


def confirmed(command: Command, stack: str, working: Path, environ: Mapping[str, str]) -> bool:
    """Return whether the user approves; print why not.

    Args:
        command: Parsed command line.
        stack: Name of the stack.
        working: Working directory of Terraform.
        environ: Environment variables.
    """
    kind = "destroy" if command.is_destroy else "apply"
    if command.has("refresh-only"):
        kind = "refresh"
    color = wants_color(command.has("no-color"), environ)
    try:
        if asks_run(environ):
            approved = request_approval(stack, kind, environ)
        else:
            approved = ask_approval(kind, selected_workspace(working, environ), color=color)
        if approved:
            return True
        print_stderr("Destroy cancelled." if kind == "destroy" else "Apply cancelled.")
    except NoInputError:
        print_stderr("Error: error asking for approval: EOF. Pass -auto-approve if there is no terminal.")
    except KeyboardInterrupt:
        print_stderr("\nInterrupted. Nothing was applied.")
    return False
