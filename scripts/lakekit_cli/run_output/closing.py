"""Closing statement of each stack of a run that failed or was interrupted, and what to run next."""

from __future__ import annotations

from collections.abc import Sequence

from lakekit_cli.run_output.progress import StackProgress, Status
from lakekit_cli.state.outcome import ApplyOutcome, Outcome

_REASONS = {
    Status.REJECTED: "the gate rejected the plan",
    Status.DECLINED: "the plan was not approved",
    Status.NOT_STARTED: "it was not started",
    Status.WAITING: "it was not started",
    Status.PLANNED: "it was planned only",
}


def closing_lines(stacks: Sequence[StackProgress], command: str, folder: str = "cdktf.out/stacks") -> list[str]:
    """Return one line for each stack, and the commands to run next.

    Args:
        stacks: Stacks of the run, finished.
        command: The command of the run, such as `lakekit deploy dev`.
        folder: Parent of the working directories of the stacks.
    """
    if not stacks:
        return []
    recover = [f"  lakekit state recover {stack.name}" for stack in stacks if stack.outcome == Outcome.NOT_SAVED]
    plan = [
        f"  lakekit-terraform -chdir={folder}/{stack.name} plan" for stack in stacks if stack.outcome == Outcome.UNKNOWN
    ]
    return ["", *map(_statement, stacks), "Next:", *recover, *plan, f"  {command}"]


def _statement(stack: StackProgress) -> str:
    if stack.outcome and stack.outcome != Outcome.APPLIED:
        return ApplyOutcome(Outcome(stack.outcome), stack.complete, stack.changes).statement(stack.name)
    match stack.status:
        case Status.DONE:
            return f"{stack.name}: applied."
        case Status.UNCHANGED:
            return f"{stack.name}: no changes."
        case Status.SKIPPED:
            return f"{stack.name}: skipped."
        case Status.FAILED if stack.applying:
            return ApplyOutcome(Outcome.UNKNOWN).statement(stack.name)
        case status:
            return f"{stack.name}: not applied; {_REASONS.get(status, 'it failed before the apply')}."
