"""A stack on Snowflake in the local environment: synthesized and gated, and said not to be applied."""

from __future__ import annotations

import sys

from .arguments import GATED_COMMANDS, Command
from .process import print_stderr, write_all

REASON = (
    "was synthesized and gated, and NOT applied: the local cloud is AWS alone. Nothing stands in for Snowflake here, "
    "and its provider cannot be initialised without its registry."
)


def skip_stack(command: Command, stack: str) -> int:
    """Answer a Terraform command for such a stack without Terraform.

    Planning, applying and destroying say what was not done; the other commands that cdktf runs around them succeed
    with nothing to show, so that the stacks beside it go their way.

    Returns:
        0: nothing failed, for nothing was tried.
    """
    if command.name in GATED_COMMANDS:
        print_stderr(f"{stack} {REASON}")
    elif command.name == "output" and any(word.lstrip("-") == "json" for word in command.arguments):
        write_all(sys.stdout.fileno(), b"{}\n")
    return 0
