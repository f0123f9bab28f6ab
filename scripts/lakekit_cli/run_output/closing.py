"""Closing statement of each stack of a run that failed or was interrupted, and what to run next."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lakekit_cli.exit_codes import ExitCode
from lakekit_cli.run_output.progress import StackProgress, Status
from lakekit_cli.state.outcome import ApplyOutcome, Outcome

_REASONS = {
    Status.REJECTED: "the gate rejected the plan",
    Status.DECLINED: "the plan was not approved",
    Status.NOT_STARTED: "it was not started",
    Status.WAITING: "it was not started",
    Status.PLANNED: "it was planned only",
}


def closing_lines(
    stacks: Sequence[StackProgress],
    command: str,
    folder: str = "cdktf.out/stacks",
    *,
    errored: Collection[str] = (),
    destroys: bool = False,
) -> list[str]:
    """Return one line for each stack, and the commands to run next.

    Args:
        stacks: Stacks of the run, finished.
        command: The command of the run, such as `lakekit deploy dev`.
        folder: Parent of the working directories of the stacks.
        errored: Names of stacks with an errored state.
        destroys: Whether the run destroys the stacks.
    """
    if not stacks:
        return []
    unsaved = [stack for stack in stacks if stack.outcome == Outcome.NOT_SAVED or stack.name in errored]
    # Such a stack is not blocked: a deployment would create its resources again.
    outside = [stack.label for stack in unsaved if stack.name not in errored]
    move = [f"  move the state that the messages of {one} name to .lakekit/errored-state/{one}/" for one in outside]
    recover = [f"  lakekit state recover {stack.label}" for stack in unsaved]
    plan = [
        f"  lakekit-terraform -chdir={folder}/{stack.label} plan"
        for stack in stacks
        if stack.outcome == Outcome.UNKNOWN
    ]
    statements = [_statement(stack, errored=stack.name in errored, destroys=destroys) for stack in stacks]
    return ["", *statements, "Next:", *move, *recover, *plan, *([] if outside else [f"  {command}"])]


def _statement(stack: StackProgress, *, errored: bool, destroys: bool) -> str:
    applied = "destroyed" if destroys else "applied"
    interrupted = stack.code == int(ExitCode.INTERRUPTED)
    if stack.outcome and stack.outcome != Outcome.APPLIED:
        outcome = ApplyOutcome(Outcome(stack.outcome), stack.complete, stack.changes, unanswered=stack.unanswered)
        return outcome.statement(stack.label, destroys=destroys, interrupted=interrupted, expired=stack.expired)
    match stack.status:
        case Status.DONE:
            return f"{stack.label}: {applied}."
        case Status.UNCHANGED:
            return f"{stack.label}: no changes."
        case Status.SKIPPED:
            return f"{stack.label}: skipped."
        case Status.FAILED if stack.applying:
            return ApplyOutcome(Outcome.UNKNOWN).statement(stack.label, destroys=destroys)
        case status:
            ended = "was interrupted" if interrupted else "failed"
            reason = _REASONS.get(status, f"it {ended} before the apply")
            if stack.out_of_order:
                reason = _REASONS[Status.NOT_STARTED]
            if status is Status.REJECTED and stack.code == int(ExitCode.NOT_EVALUATED):
                reason = "the gate could not evaluate the plan"
            reason = "it has the errored state of an earlier run" if errored else reason
            return f"{stack.label}: not {applied}; {reason}."
