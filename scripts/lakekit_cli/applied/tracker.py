"""Keep the hash of the inputs that a stack was last applied with, beside its state.

The record is valid only for the state that the apply has left (lineage and serial), and is removed before an apply
begins: an apply that fails or is interrupted leaves no record, so the stack counts as changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from lakekit_cli.applied.errors import InputsUnknownError
from lakekit_cli.applied.inputs import inputs_hash
from lakekit_cli.applied.store import StateStore, StoreError
from lakekit_cli.toolchain.lock_file import locked_providers
from lakekit_policies.output_folder.workspace import DEFAULT_WORKSPACE, selected_workspace

_FORMAT = 1


class AppliedTracker:
    """The record of one stack.

    Args:
        working: Working directory of the stack.
        environ: Environment variables.
        flags: Flags `-var=…` and `-var-file=…` of Terraform.
        complete: Whether the apply covers the whole configuration; false for `-target` and saved plans, for example.
    """

    def __init__(
        self, working: Path, environ: Mapping[str, str], flags: Sequence[str] = (), *, complete: bool = True
    ) -> None:
        self._working = working
        self._complete = complete
        self._store: StateStore | None = None
        self._hash = ""
        self.unknown = ""
        """Why the inputs or their record are not known; empty if they are."""
        if (workspace := selected_workspace(working, environ)) != DEFAULT_WORKSPACE:
            self._complete = False
            self.unknown = f"the workspace {workspace} is selected, and only the default one is recorded"
            return
        try:
            self._store = StateStore.of_stack(working)
            # Before the plan: an input that changes during the apply counts as changed afterwards.
            self._hash = inputs_hash(working, environ, flags)
        except (StoreError, InputsUnknownError) as error:
            self._complete = False
            self.unknown = str(error) or type(error).__name__

    @property
    def unchanged(self) -> bool:
        """Whether inputs, providers and state are those of the last apply; false if that is not known."""
        if self._store is None or not self._complete:
            return False
        try:
            record = self._store.record()
            return bool(record) and record == {**self._record(*self._store.identity()), "at": record.get("at")}
        except (StoreError, ValueError, TypeError):
            return False

    @property
    def has_record(self) -> bool:
        """Whether the last apply with these inputs is recorded, whatever the providers and the state are."""
        try:
            return self._store is not None and bool(self._hash) and self._store.record().get("inputs") == self._hash
        except StoreError:
            return False

    def identity(self) -> tuple[str, int] | None:
        """Return lineage and serial of the state; None if there is no state or it cannot be read."""
        try:
            return self._store.identity() if self._store is not None else None
        except (StoreError, ValueError, TypeError):
            return None

    def invalidate(self) -> str:
        """Remove the record before an apply; return a warning if that fails."""
        try:
            if self._store is not None:
                self._store.remove()
        except StoreError as error:
            return f"Warning: the record of the last apply cannot be removed ({error})."
        return ""

    def save(self) -> str:
        """Write the record after an apply without errors; return a warning if that fails."""
        if self._store is None or not self._complete or self.unchanged:
            return ""
        try:
            lineage, serial = self._store.identity()
            now = datetime.now(UTC).isoformat(timespec="seconds")
            self._store.write({**self._record(lineage, serial), "at": now})
        except (StoreError, ValueError, TypeError) as error:
            return f"Warning: the apply cannot be recorded for `lakekit deploy --changed` ({error})."
        return ""

    def _record(self, lineage: str, serial: int) -> dict[str, object]:
        providers = locked_providers(self._working)
        return {
            "format": _FORMAT,
            "inputs": self._hash,
            "providers": providers,
            "lineage": lineage,
            "serial": serial,
        }
