"""What an apply that failed or was interrupted has changed, from the plan and the state afterwards."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .diagnostics import Diagnostic
from .unanswered import unanswered_operations

_SECONDS_FOR_STATE = 120
# internal/backend/local/backend_apply.go, 1.11
_REFUSED = ("Saved plan is stale", "Saved plan does not match the given state")
_NOT_SAVED = ("Failed to save state", "Failed to persist state to backend")


class Outcome(StrEnum):
    """Outcome of an apply."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    PARTLY_APPLIED = "partly applied"
    NOT_SAVED = "state not saved"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ApplyOutcome:
    """Outcome of an apply, and how many of its changes are complete.

    Attributes:
        kind: The outcome.
        complete: Number of changes in the state.
        planned: Number of planned changes.
        tainted: Addresses of resources that were created, but whose creation Terraform has not seen complete.
        unanswered: Addresses of resources whose operation failed without an answer of the service.
        is_lost: Whether Terraform could not save the state, and left none that could be kept.
    """

    kind: Outcome
    complete: int = 0
    planned: int = 0
    tainted: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    is_lost: bool = False

    def statement(self, stack: str, *, destroys: bool = False, interrupted: bool = False, expired: bool = False) -> str:
        """Return one sentence for the user: what was applied or destroyed, and what to run next.

        Args:
            stack: Name of the stack.
            destroys: Whether the command destroys it.
            interrupted: Whether the user ended the run.
            expired: Whether the AWS credentials expired.
        """
        again = "Run the command again" if interrupted else "Remove the cause and run the command again"
        if expired:
            again = "Renew the AWS credentials and run the command again"
        applied = "destroyed" if destroys else "applied"
        match self.kind:
            case Outcome.APPLIED:
                return f"{stack}: {applied}."
            case Outcome.NOT_APPLIED:
                return f"{stack}: not {applied}; nothing was changed. {again}."
            case Outcome.PARTLY_APPLIED:
                done = f"{self.complete} of {self.planned} changes are complete"
                more = f"{self._incomplete}{self._lost}"
                # After its changes, an apply writes the outputs.
                is_all = self.complete == self.planned
                how = f"{applied}, but Terraform did not end regularly" if is_all else f"partly {applied}"
                rest = "" if is_all else " for the rest"
                return f"{stack}: {how}; {done} and in the state. {again}{rest}.{more}"
            case Outcome.NOT_SAVED:
                return f"{stack}: changed, but the state was not saved. Run `lakekit state recover {stack}`."
            case Outcome.UNKNOWN if self.unanswered:
                return f"{stack}: unknown, because operations ended without an answer of the service.{self._lost}"
            case Outcome.UNKNOWN:
                why = "the state cannot be read, or the process was killed"
                if self.is_lost:
                    why = "Terraform could not save the state and left no errored.tfstate"
                missing = "" if destroys else " Resources can exist that the state does not contain."
                if self.is_lost:
                    missing += (
                        " If Terraform has printed the state (a JSON object), save it as "
                        f".lakekit/errored-state/{stack}/printed.tfstate and run `lakekit state recover {stack}`."
                    )
                return f"{stack}: unknown, because {why}.{missing} Plan the stack to see what was {applied}."

    @property
    def _lost(self) -> str:
        """What to do about resources that can exist without being in the state."""
        if not self.unanswered:
            return ""
        return (
            f" {', '.join(self.unanswered)}: no answer of the service; it can have been created or changed. Look for it"
            " before you run the command again, and import it with `lakekit-terraform import` if the state lacks it."
        )

    @property
    def _incomplete(self) -> str:
        """What to do about resources that the next apply would replace."""
        if not self.tainted:
            return ""
        return (
            f" {', '.join(self.tainted)}: created, but Terraform did not see it complete, and would replace it. If AWS"
            " shows that it is complete, keep it with `lakekit-terraform untaint ADDRESS` first."
        )


def reports_unsaved_state(errors: Iterable[Diagnostic]) -> bool:
    """Whether Terraform reports that it could not save the state."""
    return any(one.summary.startswith(_NOT_SAVED) for one in errors)


def outcome_after(
    document: Mapping[str, Any],
    errors: Collection[Diagnostic],
    terraform: Sequence[str],
    environ: Mapping[str, str],
    *,
    is_same_state: bool,
    by_other: bool = False,
) -> ApplyOutcome:
    """Compare the planned changes with the current state, and read which operations had no answer.

    Args:
        document: The plan as JSON.
        errors: Errors of the apply. That the state was not saved means that no errored state was found.
        terraform: Terraform and its global arguments.
        environ: Environment variables of Terraform.
        is_same_state: Whether the state has the serial that it had before.
        by_other: Whether a state that was printed is that of another Terraform, which this one has run.
    """
    unsaved = reports_unsaved_state(errors)
    if unsaved and (is_same_state or not by_other):
        return ApplyOutcome(Outcome.UNKNOWN, is_lost=True)
    unanswered = unanswered_operations(errors)
    # Terraform has refused the plan, for example a stale one, whose values differ from the state in any case.
    refused = any(one.summary.startswith(_REFUSED) for one in errors)
    if (is_same_state or refused) and not unanswered:
        return ApplyOutcome(Outcome.NOT_APPLIED)
    try:
        done = subprocess.run(
            [*terraform, "show", "-json", "-no-color"],
            env=dict(environ), capture_output=True, check=True,
            stdin=subprocess.DEVNULL, timeout=_SECONDS_FOR_STATE, start_new_session=True,
        )  # fmt: skip
        found = compare(document, json.loads(done.stdout), unanswered)
        return ApplyOutcome(Outcome.UNKNOWN, is_lost=True) if unsaved and found.kind is Outcome.NOT_APPLIED else found
    except (OSError, subprocess.SubprocessError, ValueError, KeyError, TypeError, AttributeError, KeyboardInterrupt):
        return ApplyOutcome(Outcome.UNKNOWN)


def compare(document: Mapping[str, Any], state: Mapping[str, Any], unanswered: Collection[str] = ()) -> ApplyOutcome:
    """Compare the changes of a plan with a state, both as Terraform prints them in JSON.

    Args:
        document: The plan.
        state: The state.
        unanswered: Addresses of resources whose operation failed without an answer of the service.
    """
    now = {key: (values, tainted) for key, values, tainted in _resources(state.get("values") or {})}
    drifted = {_key(entry): entry["change"].get("before") for entry in document.get("resource_drift") or ()}
    changes = [
        entry
        for entry in document.get("resource_changes") or ()
        if entry.get("mode") == "managed" and entry["change"]["actions"] not in (["no-op"], ["read"])
    ]
    touched = complete = 0
    lost = []
    for entry in changes:
        actions, before = entry["change"]["actions"], entry["change"].get("before")
        found, tainted = now.get(_key(entry), (None, False))
        unchanged = found is None if before is None else found in (before, drifted.get(_key(entry), before))
        touched += not unchanged
        if unchanged and entry.get("address") in unanswered:
            lost.append(str(entry["address"]))
        removes = actions in (["delete"], ["forget"])
        complete += not unchanged and (found is None if removes else found is not None and not tainted)
    if touched == 0:
        kind = Outcome.UNKNOWN if lost else Outcome.NOT_APPLIED
        return ApplyOutcome(kind, 0, len(changes), unanswered=tuple(lost))
    keys = map(_key, changes)
    incomplete = tuple(address for address, deposed in keys if not deposed and now.get((address, ""), (None, False))[1])
    return ApplyOutcome(Outcome.PARTLY_APPLIED, complete, len(changes), incomplete, tuple(lost))


def _key(entry: Mapping[str, Any]) -> tuple[str, str]:
    return str(entry.get("address")), str(entry.get("deposed") or "")


def _resources(values: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any, bool]]:
    modules = [values.get("root_module") or {}]
    while modules:
        module = modules.pop()
        modules.extend(module.get("child_modules") or ())
        for resource in module.get("resources") or ():
            if resource.get("mode") == "managed":
                key = str(resource.get("address")), str(resource.get("deposed_key") or "")
                yield key, resource.get("values"), bool(resource.get("tainted"))
