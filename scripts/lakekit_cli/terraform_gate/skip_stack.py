"""Skip stacks: Snowflake stacks of local environments, and stacks that `lakekit deploy --changed` finds unchanged."""

from __future__ import annotations

import sys

from .arguments import GATED_COMMANDS, Command
from .phase_record import PhaseRecorder
from .process import print_stderr, write_all

REASON = (
    "was synthesized and evaluated, but NOT applied: the local cloud covers AWS only, and the Snowflake provider "
    "cannot be initialized without its registry."
)


UNCHANGED = "was skipped: configuration and inputs are those of the last apply. Drift was not looked at."


def skip_stack(command: Command, stack: str, reason: str = REASON) -> int:
    """Handle a Terraform command for a skipped stack without Terraform.

    `plan`, `apply` and `destroy` print the reason. The other commands that cdktf runs succeed with empty output, so
    that the remaining stacks are deployed.

    Returns:
        Exit code 0.
    """
    if command.name in GATED_COMMANDS:
        with PhaseRecorder(stack).phase("skip"):
            print_stderr(f"{stack} {reason}")
    elif command.name == "output" and any(argument.lstrip("-") == "json" for argument in command.arguments):
        write_all(sys.stdout.fileno(), b"{}\n")
    return 0
