"""Record of a Terraform command that is not evaluated as a plan, such as `state rm`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from lakekit_policies.records.origin import RunOrigin


class CommandRecord(BaseModel):
    """Record of one command.

    Attributes:
        stack: its stack.
        environment: the stack's environment.
        name: subcommand, such as `state rm`.
        outcome: `passed`, `refused`, or `run` for a command with a reason.
        at: ISO time, UTC.
        serial: serial of the state before the command; None if it was not read.
        acknowledged_by: person, time and reason.
        exit_code: exit code; None if the command was not run or its end is not known.
        origin: tier, account, commit, command line, user and gate.
    """

    model_config = ConfigDict(frozen=True)

    stack: str
    environment: str
    name: str
    outcome: str
    at: str
    serial: int | None = None
    acknowledged_by: str = ""
    exit_code: int | None = None
    origin: RunOrigin = RunOrigin()
