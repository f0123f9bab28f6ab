"""Recover an errored state: check it against the backend, push it, verify it, record it.

Every step can be repeated: a run that was interrupted continues where it stopped. The file stays pending until the
backend has been read back.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lakekit_cli.output.console import echo_stderr
from lakekit_cli.state.choose import choose, compare, is_unsaved_change
from lakekit_cli.state.diagnostics import is_lock_error, printed_diagnostics
from lakekit_cli.state.errors import BlockedError, StateRecoveryError
from lakekit_cli.state.local_state import damaged_state
from lakekit_cli.state.lock_message import without_hint
from lakekit_cli.state.records import record, was_pushed_to_empty
from lakekit_policies.output_folder.errored_state import ErroredState, keep_errored_state, pending, state_text
from lakekit_policies.output_folder.move import move_file, private_folder
from lakekit_policies.shared.safe_text import clean_lines

RECOVERED = "recovered"
DISCARDED = "discarded"
DAMAGED = "damaged"


@dataclass(frozen=True)
class Recovery:
    """Recovers the errored state of one stack.

    Attributes:
        stack: Stack name.
        working: Working directory of the stack, synthesized.
        data: The data folder `.lakekit`.
        terraform: Path of Terraform.
        environ: Environment variables of Terraform.
    """

    stack: str
    working: Path
    data: Path
    terraform: str
    environ: Mapping[str, str]

    def run(self, named: str | None = None) -> ErroredState | None:
        """Recover the state; return it, or None if the stack has no errored state.

        Args:
            named: File name of the state to push if there are several.

        Raises:
            StateRecoveryError: The state cannot be recovered; the backend and the file are unchanged.
        """
        keep_errored_state(self.working, self.data)
        files = pending(self.data, self.stack)
        if not files:
            return None
        state, included = choose(self.stack, files, named)
        self._require_working_directory()
        if len({one.workspace for one in (state, *included)}) > 1:
            raise StateRecoveryError(
                "the errored states belong to different workspaces: "
                + ", ".join(f"{one.file.name} ({one.workspace})" for one in (state, *included)),
                where=self.stack,
                fix=f"recover them one by one: lakekit state recover {self.stack} --file NAME",
            )
        # The selected workspace may be another one by now.
        replace(self, environ={**self.environ, "TF_WORKSPACE": state.workspace})._push(state, included)
        return state

    def _push(self, state: ErroredState, included: Sequence[ErroredState]) -> None:
        self._set_damaged_file_aside(state)
        self._terraform("init", "-input=false", "-no-color")
        current = self._pull()
        serial = current.get("serial") if current else None
        if not compare(state, current, pushed_to_empty=was_pushed_to_empty(self.data, state)):
            record(self.data, "recovering", state, backend_serial=serial)
            text = state_text(state.file)
            if is_unsaved_change(state, serial):
                text = json.dumps({**(state.document or {}), "serial": state.serial + 1})
            self._terraform("state", "push", "-no-color", "-", text=text)
            if not compare(state, self._pull(), pushed_to_empty=not current):
                raise StateRecoveryError(
                    "the backend does not return the state that was pushed",
                    where=self.stack,
                    fix="check the backend, then run the command again",
                )
        record(self.data, "recovered", state, backend_serial=serial)
        for done in (*included, state):
            archive(done, self.data, RECOVERED)

    def _set_damaged_file_aside(self, state: ErroredState) -> None:
        """Move a local state file that is not complete to the folder `damaged`, after comparing its backup."""
        damaged = damaged_state(self.working, self.environ)
        if damaged is None:
            return
        if damaged.backup is not None:
            compare(state, damaged.backup.document or {})
        moved = archive(replace(state, file=damaged.file), self.data, DAMAGED)
        echo_stderr(f"{self.stack}: {damaged.file} is not complete; it was moved to {moved}")

    def _require_working_directory(self) -> None:
        if not (self.working / "cdk.tf.json").is_file():
            environment = self.stack.partition("-")[0]
            raise StateRecoveryError(
                "the stack is not synthesized, so its backend is not known",
                where=str(self.working),
                fix=f"lakekit synth {environment}, then run the command again",
            )

    def _pull(self) -> dict[str, Any]:
        text = self._terraform("state", "pull", "-no-color")
        if not text.strip():
            return {}
        try:
            document = json.loads(text)
        except ValueError as error:
            raise StateRecoveryError(
                f"the state of the backend is not JSON: {error}",
                where=self.stack,
                fix="restore an earlier version of the state object",
            ) from error
        # Some backends return a state without lineage if there is none.
        return document if isinstance(document, dict) and document.get("lineage") else {}

    def _terraform(self, *arguments: str, text: str = "") -> str:
        # `subprocess.run` kills the child on an interrupt; a push must end by itself.
        before = signal.signal(signal.SIGINT, lambda _number, _frame: None)
        try:
            done = subprocess.run(
                [self.terraform, *arguments],
                cwd=self.working, env=dict(self.environ), capture_output=True, text=True, check=False,
                input=text, start_new_session=arguments[:2] == ("state", "push"),
            )  # fmt: skip
        finally:
            signal.signal(signal.SIGINT, before)
        if done.returncode:
            printed = clean_lines(without_hint(done.stderr or done.stdout, self.stack).strip())
            problem = f"terraform {' '.join(arguments[:2])} failed\n{printed}"
            if is_lock_error(printed_diagnostics(done.stderr)):
                raise BlockedError(problem, where=self.stack, fix="see above; the errored state is kept")
            raise StateRecoveryError(
                problem,
                where=self.stack,
                fix="see Terraform's message above; the errored state is kept, run the command again afterwards",
            )
        return done.stdout


def discard(state: ErroredState, data: Path, reason: str) -> Path:
    """Archive an errored state that must not be pushed; return its new path.

    Raises:
        StateRecoveryError: The record cannot be written.
    """
    record(data, "discarded", state, backend_serial=None, reason=reason)
    return archive(state, data, DISCARDED)


def archive(state: ErroredState, data: Path, folder: str) -> Path:
    """Move a state file to the folder `recovered`, `discarded` or `damaged`, where it no longer blocks its stack."""
    target = private_folder(data / "errored-state" / state.stack / folder)
    return move_file(state.file, target / state.file.name)


def terraform_variables(data: Path) -> dict[str, str]:
    """Return the environment of Terraform for commands that use only the backend."""
    from lakekit_cli.toolchain import provider_source

    environ = dict(os.environ)
    environ.setdefault("CHECKPOINT_DISABLE", "1")
    environ.update(provider_source(data, environ).variables)
    return {name: value for name, value in environ.items() if not name.startswith("TF_CLI_ARGS")}
