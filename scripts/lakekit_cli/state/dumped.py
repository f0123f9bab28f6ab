"""Keep the state that Terraform prints when it cannot write `errored.tfstate` either.

On a full disk both files are incomplete and the printed text is the only record of what was created; a log on the same
disk would lose it. It is printed to standard error, with `-json` to standard output (Terraform 1.11,
internal/command/views/operation.go, EmergencyDumpState).
"""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lakekit_policies.output_folder.data_folder import data_folder
from lakekit_policies.output_folder.errored_state import FILE, ErroredState, kept_file
from lakekit_policies.output_folder.move import move_file

from .prior_state import PriorState
from .reserved_space import ReservedSpace, write_elsewhere

_GROWTH: Final = 2
"""Room for what only the service knows, and for JSON, which takes more bytes than the values in a plan file."""
_STATE_STARTS: Final = re.compile(r'\{\s*"version": 4,')


@dataclass
class DumpedStates:
    """Keeps the states that the apply of a plan prints.

    Attributes:
        working: Working directory of the stack.
        environ: Environment variables of Terraform.
        reserved: Space for the state.
        plan: The plan file.
        document: The plan as JSON.
        saved_lineage: Reads the lineage of the state in the backend after the run; empty if it has none or cannot be
            read.
        file: Where the last one is kept.
        foreign: Whether one was that of another stack or project.
    """

    working: Path
    environ: Mapping[str, str]
    reserved: ReservedSpace
    plan: bytes
    document: Mapping[str, Any]
    saved_lineage: Callable[[], str]
    file: Path | None = field(default=None, init=False)
    foreign: bool = field(default=False, init=False)

    def keep(self, text: str) -> bool:
        """Write a printed state to the errored states of its stack; return whether it is kept.

        A complete `errored.tfstate` of the same run contains the same state and is preferred; one that is not complete
        is moved to the folder `damaged` of the errored states.
        """
        state = json.loads(text)
        if not self._is_own(state):
            self.foreign = True
            return False
        written = self.working / FILE
        complete = written.is_file() and not ErroredState.read(self.working.name, written).problem
        kept = written if complete else self._write(text, state["serial"])
        if kept is not None and not complete:
            self.reserved.remove_empty_file()
            with contextlib.suppress(OSError):
                if written.is_file():
                    move_file(written, self.reserved.damaged / FILE)
        self.file = kept or self.file
        return kept is not None

    def keep_any(self, text: str) -> bool:
        """Keep the states in the output of a run that are not on lines of their own: after the prompt of a program that
        asks for credentials, for example; return whether one is kept."""
        for start in _STATE_STARTS.finditer(text):
            with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
                state, _ = json.JSONDecoder().raw_decode(text, start.start())
                if "lineage" in state and self.keep(json.dumps(state, indent=2)):
                    return True
        return False

    def _write(self, text: str, serial: int) -> Path | None:
        with contextlib.suppress(OSError):
            target = kept_file(self.working, data_folder(self.working, self.environ), serial)
            return self.reserved.write(text, target)
        return write_elsewhere(text, self.working.resolve().name)

    def _is_own(self, state: Mapping[str, Any]) -> bool:
        """Whether a state is that of the stack: programs that Terraform runs, another Terraform for example, can print
        one, too.

        A state that was never saved has no lineage yet; it is then recognized by its resources, unless the backend
        contains a state of another lineage by now.
        """
        if lineage := PriorState.of_plan(self.plan).lineage:
            return bool(state["lineage"] == lineage)
        found = set(_resources_of_state(state))
        if not found or not found <= set(_resources_of_plan(self.document)):
            return False
        saved = self.saved_lineage()
        return saved in ("", state["lineage"])


def state_size(plan: bytes) -> int:
    """Bytes that the state after a plan has at most, by the state before and the planned values in the plan file."""
    try:
        with zipfile.ZipFile(io.BytesIO(plan)) as archive:
            return _GROWTH * sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return 0


def _resources_of_state(state: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one in state.get("resources") or ():
        if one.get("mode") == "managed":
            yield str(one.get("module") or ""), str(one.get("type")), str(one.get("name"))


def _resources_of_plan(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for one in document.get("resource_changes") or ():
        yield str(one.get("module_address") or ""), str(one.get("type")), str(one.get("name"))
