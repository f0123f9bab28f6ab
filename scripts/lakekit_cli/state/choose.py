"""Choose the errored state to recover, and compare it with the state of the backend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from lakekit_cli.state.errors import StateRecoveryError
from lakekit_policies.output_folder.errored_state import ErroredState

MAX_SAVES: Final = 100_000
"""Difference of serials that a run can make: Terraform saves at most every 20 seconds, plus once at the end."""


def choose(stack: str, files: Sequence[Path], named: str | None) -> tuple[ErroredState, list[ErroredState]]:
    """Return the state to push, and older ones that it includes.

    Args:
        stack: Stack name.
        files: Errored states of the stack.
        named: File name given by the user; by default the state with the highest serial.

    Raises:
        StateRecoveryError: A file cannot be read, or the states contradict each other.
    """
    states = [ErroredState.read(stack, file) for file in files]
    if named is not None:
        states = [state for state in states if state.file.name == Path(named).name]
        if not states:
            raise StateRecoveryError(
                f"{named!r} is not an errored state of {stack}: {', '.join(file.name for file in files)}",
                where="--file",
                fix=f"lakekit state list {stack}",
            )
    for state in states:
        if state.problem:
            raise StateRecoveryError(
                state.problem,
                where=str(state.file),
                fix="if the backend's state is right, discard the file: "
                f'lakekit state discard {stack} {state.file.name} --reason "…"; otherwise import the resources again',
            )
    newest = max(states, key=lambda state: (state.serial, state.file.name))
    others = [state for state in states if state is not newest]
    for other in others:
        _require_included(other, newest)
    return newest, others


def compare(state: ErroredState, current: dict[str, Any], *, pushed_to_empty: bool = False) -> bool:
    """Check an errored state against the backend's; return whether the backend already has it.

    Terraform increments the serial when it saves. A save that fails before that, such as that of a local state whose
    backup cannot be written, leaves an errored state with the serial of the prior state; if the backend still has that
    serial, nothing was saved in between.

    Args:
        state: The errored state.
        current: State of the backend; empty if there is none.
        pushed_to_empty: Whether the state was pushed to a backend without state, which may assign a new lineage.

    Raises:
        StateRecoveryError: Another lineage, or the backend's state is not older.
    """
    same = bool(current) and _content(current) == _content(state.document or {})
    if same and pushed_to_empty:
        return True
    serial = current.get("serial", 0)
    discard = f'lakekit state discard {state.stack} {state.file.name} --reason "…"'
    if current and not state.lineage:
        raise StateRecoveryError(
            "the state is that of a first apply, but the backend has a state of the stack by now",
            where=str(state.file),
            fix=f"compare the resources (lakekit state show {state.stack}), import missing ones, then {discard}",
        )
    if current and current.get("lineage") != state.lineage:
        raise StateRecoveryError(
            f"lineage {state.lineage} differs from lineage {current.get('lineage')} of the backend: they are states of "
            "different deployments",
            where=str(state.file),
            fix=f"check backend and workspace; if the file is obsolete, {discard}",
        )
    if not isinstance(serial, int):
        raise StateRecoveryError("the backend's state has no serial number", where=state.stack, fix="check the backend")
    if state.serial > serial + MAX_SAVES:
        raise StateRecoveryError(
            f"serial {state.serial} is too far from serial {serial} of the backend: each save increments it by one, "
            f"and one run does not save {MAX_SAVES:,} times. The file was changed, or belongs to another state",
            where=str(state.file),
            fix=f"compare the resources (lakekit state show {state.stack}); if the file is obsolete, {discard}",
        )
    if same:
        return True
    if current and is_unsaved_change(state, serial):
        return False
    if current and serial == state.serial:
        raise StateRecoveryError(
            f"serial {serial} is that of the backend, too, with other resources or outputs: it is not known whether "
            "the stack was changed after the state could not be saved",
            where=str(state.file),
            fix=f"compare the resources (lakekit state show {state.stack}), import missing ones, then {discard}",
        )
    if current and serial > state.serial:
        raise StateRecoveryError(
            f"serial {state.serial} is not newer than serial {serial} of the backend: the stack was changed after the "
            "state could not be saved",
            where=str(state.file),
            fix=f"compare the resources (lakekit state show {state.stack}), import missing ones, then {discard}",
        )
    return False


def is_unsaved_change(state: ErroredState, serial: object) -> bool:
    """Whether an errored state was not given a serial of its own, and the backend still has the prior state."""
    return serial == state.serial == state.prior_serial


def instances(document: dict[str, Any]) -> dict[str, str]:
    """Return the resource instances of a state: address and id."""
    found: dict[str, str] = {}
    for resource in document.get("resources", []):
        if resource.get("mode") != "managed":
            continue
        address = f"{resource.get('type')}.{resource.get('name')}"
        address = f"{resource['module']}.{address}" if resource.get("module") else address
        for instance in resource.get("instances", []):
            key = instance.get("index_key")
            index = "" if key is None else f"[{key!r}]".replace("'", '"')
            deposed = f" (deposed {instance['deposed']})" if instance.get("deposed") else ""
            attributes = instance.get("attributes") or {}
            found[f"{address}{index}{deposed}"] = str(attributes.get("id", ""))
    return found


def _require_included(other: ErroredState, newest: ErroredState) -> None:
    if other.lineage != newest.lineage:
        missing = ["states of different lineages"]
    else:
        kept = instances(newest.document or {}).items()
        missing = sorted(address for address, _ in instances(other.document or {}).items() - kept)
    if missing:
        raise StateRecoveryError(
            f"{newest.file.name} (serial {newest.serial}) does not include {other.file.name} (serial {other.serial}): "
            + ", ".join(missing),
            where=other.stack,
            fix=f"choose one: lakekit state recover {other.stack} --file NAME; import what only the other has, then "
            "discard it",
        )


def _content(document: dict[str, Any]) -> tuple[Any, Any]:
    return document.get("resources", []), document.get("outputs", {})
