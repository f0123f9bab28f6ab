"""The local cloud as the rest of the toolkit uses it."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from lakekit_cli.output.console import progress
from lakekit_local.errors import LocalCloudError, NotSavedError
from lakekit_local.lifecycle import process
from lakekit_local.lifecycle.process import HOST, RunningServer
from lakekit_local.lifecycle.variables import local_variables


@dataclass(frozen=True)
class Status:
    """What `lakekit local status` shows."""

    running: bool
    home: str
    endpoint: str | None = None
    pid: int | None = None
    uptime_seconds: float | None = None
    peak_memory_mib: int | None = None
    own_operations: int | None = None
    answered_by_lakekit: int = 0
    answered_by_moto: int = 0
    unanswered: list[dict[str, Any]] = field(default_factory=list)
    unsaved_changes: int = 0
    snapshot_bytes: int | None = None
    snapshot_age_seconds: float | None = None
    save_problem: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """For ``--json``."""
        return asdict(self)


class LocalCloud:
    """An AWS on loopback for one project; state under ``<project_dir>/.lakekit/local/``.

    >>> cloud = LocalCloud(Path.cwd())                        # doctest: +SKIP
    >>> cloud.ensure()                                        # doctest: +SKIP
    >>> cloud.variables("111111111111", "eu-west-1")          # doctest: +SKIP
    """

    def __init__(self, project_dir: Path) -> None:
        self.project_dir = Path(project_dir).resolve()
        self.home = self.project_dir / ".lakekit" / "local"

    @property
    def endpoint(self) -> str:
        """``http://127.0.0.1:PORT`` of the running server; raises LocalCloudError when none runs."""
        running = process.find_running(self.home)
        if running is None:
            raise LocalCloudError("The local cloud is not running.", fix="start it: lakekit local up")
        return f"http://{HOST}:{running.port}"

    def ensure(self, *, restart_outdated: bool = False) -> RunningServer:
        """Start the server if it is not running and return when it answers.

        Args:
            restart_outdated: also start it anew, with its state, when it runs other code than this; not in the middle
            of
                a deployment.
        """
        running = process.find_running(self.home)
        if running and (running.is_up_to_date or not restart_outdated):
            return running
        with self._exclusive_lock():
            # Somebody else may have started it while we waited for the lock.
            running = process.find_running(self.home)
            if running and (running.is_up_to_date or not restart_outdated):
                return running
            if running:
                with progress("Renewing the local cloud"):
                    process.stop(self.home, running)
            port = process.choose_port(self.home)
            with progress("Starting the local cloud"):
                return process.wait_until_ready(self.home, process.start(self.home, port))

    def up(self) -> Status:
        """Start it, unless it runs, and say how it is."""
        self.ensure(restart_outdated=True)
        return self.status()

    def down(self) -> bool:
        """Stop it and keep its state on disk; False when it was not running.

        Raises:
            NotSavedError: it has stopped, and its state could not be saved.
        """
        with self._exclusive_lock():
            running = process.find_running(self.home)
            if running is None:
                return False
            with progress("Saving and stopping the local cloud"):
                process.stop(self.home, running)
            return True

    def status(self) -> Status:
        """Whether it runs, what it was asked, and what it could not answer."""
        snapshot = self.home / "snapshot.pickle"
        saved = snapshot.stat() if snapshot.exists() else None
        size = saved.st_size if saved else None
        age = round(time.time() - saved.st_mtime, 1) if saved else None
        running = process.find_running(self.home)
        if running is None:
            return Status(running=False, home=str(self.home), snapshot_bytes=size, snapshot_age_seconds=age)
        health, calls = running.request("health"), running.request("calls")
        return Status(
            running=True,
            home=str(self.home),
            endpoint=f"http://{HOST}:{running.port}",
            pid=running.pid,
            uptime_seconds=health["uptime_seconds"],
            peak_memory_mib=health["peak_memory_mib"],
            own_operations=health["own_operations"],
            answered_by_lakekit=calls["own"],
            answered_by_moto=calls["moto"],
            unanswered=calls["unanswered"],
            unsaved_changes=health["unsaved_changes"],
            save_problem=health.get("save_problem"),
            snapshot_bytes=size,
            snapshot_age_seconds=age,
        )

    def calls(self) -> dict[str, Any]:
        """Every operation that was asked for, with who answered (own, moto, none) and how often."""
        return self._running().request("calls")

    def clear_calls(self) -> None:
        """Count calls anew."""
        self._running().request("calls/clear")

    def save(self) -> None:
        """Write the snapshot now."""
        self._running().request("save", timeout=60)

    def reset(self) -> list[Path]:
        """Stop it and remove its state and the Terraform states of local stacks; what was removed."""
        with self._exclusive_lock():
            running = process.find_running(self.home)
            if running:
                # Its state is to be forgotten, so one that could not be saved is no loss.
                with contextlib.suppress(NotSavedError):
                    process.stop(self.home, running)
            removed = [p for p in (self.home, self.project_dir / ".lakekit" / "state") if p.exists()]
            for path in removed:
                shutil.rmtree(path)
        return removed

    def variables(self, account_id: str, region: str) -> dict[str, str]:
        """Environment variables that send every AWS call of a child process here, and nowhere else.

        Merge them with :func:`lakekit_local.isolated`, which also drops the caller's own AWS settings
        (profiles, session tokens).
        """
        endpoint = self.endpoint
        empty = self.home / "empty-aws-config"
        empty.touch()
        return local_variables(endpoint, empty, account_id, region)

    def _running(self) -> RunningServer:
        running = process.find_running(self.home)
        if running is None:
            raise LocalCloudError("The local cloud is not running.", fix="start it: lakekit local up")
        return running

    @contextlib.contextmanager
    def _exclusive_lock(self) -> Iterator[None]:
        """One start, stop or reset at a time, across processes."""
        self.home.parent.mkdir(parents=True, exist_ok=True)
        with (self.home.parent / "local.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
