"""Start, stop, inspect and reset the local cloud of a project."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from lakekit_local.errors import LocalCloudError, NotSavedError
from lakekit_local.lifecycle import ports, process
from lakekit_local.lifecycle.private_files import private_folder
from lakekit_local.lifecycle.process import HOST, RunningServer
from lakekit_local.lifecycle.variables import local_variables


@dataclass(frozen=True)
class Status:
    """State of the local cloud, as `lakekit local status` shows it."""

    running: bool
    home: str
    endpoint: str | None = None
    pid: int | None = None
    uptime_seconds: float | None = None
    peak_memory_mib: int | None = None
    registered_operations: int | None = None
    answered_by_lakekit: int = 0
    answered_by_moto: int = 0
    unanswered: list[dict[str, Any]] = field(default_factory=list)
    unsaved_changes: int = 0
    snapshot_bytes: int | None = None
    snapshot_age_seconds: float | None = None
    save_problem: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for `--format json`."""
        return asdict(self)


Progress = Callable[[str], contextlib.AbstractContextManager[object]]
"""Shows a message for as long as the returned context is open."""


class LocalCloud:
    """AWS on loopback for one project; state in ``<project_dir>/.lakekit/local/``.

    >>> cloud = LocalCloud(Path.cwd())                        # doctest: +SKIP
    >>> cloud.ensure()                                        # doctest: +SKIP
    >>> cloud.variables("111111111111", "eu-west-1")          # doctest: +SKIP

    Args:
        project_dir: Folder that holds `.lakekit/`.
        progress: Called before a step that takes seconds, such as starting the server; shows nothing by default.
    """

    def __init__(self, project_dir: Path, *, progress: Progress = contextlib.nullcontext) -> None:
        self.project_dir = Path(project_dir).resolve()
        self._progress = progress
        self.home = self.project_dir / ".lakekit" / "local"

    @property
    def endpoint(self) -> str:
        """URL of the running server, ``http://127.0.0.1:PORT``.

        Raises:
            LocalCloudError: No server is running.
        """
        return f"http://{HOST}:{self._running().port}"

    def ensure(self, *, restart_outdated: bool = False) -> RunningServer:
        """Start the server unless it is running; return when it answers requests.

        Args:
            restart_outdated: Restart a server that runs other code than this, with its state. Leave it False while a
                deployment is running.
        """
        running = process.find_running(self.home)
        if running and (running.is_up_to_date or not restart_outdated):
            return running
        with self._exclusive_lock():
            # Another process may have started it while this one waited for the lock.
            running = process.find_running(self.home)
            if running and (running.is_up_to_date or not restart_outdated):
                return running
            if running:
                with self._progress("Restarting the local cloud"):
                    process.stop(self.home, running)
            port = ports.choose_port(self.home)
            with self._progress("Starting the local cloud"):
                return process.wait_until_ready(self.home, process.start(self.home, port))

    def up(self) -> Status:
        """Start the server unless it is running; return its status."""
        self.ensure(restart_outdated=True)
        return self.status()

    def down(self) -> bool:
        """Stop the server and keep its state on disk; return False if it was not running.

        Raises:
            NotSavedError: The server has stopped, but its state could not be saved.
        """
        with self._exclusive_lock():
            running = process.find_running(self.home)
            if running is None:
                return False
            with self._progress("Saving and stopping the local cloud"):
                process.stop(self.home, running)
            return True

    def status(self) -> Status:
        """Return whether the server runs, how many calls it answered, and which it could not answer."""
        snapshot = self.home / "snapshot.json"
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
            registered_operations=health["registered_operations"],
            answered_by_lakekit=calls["lakekit"],
            answered_by_moto=calls["moto"],
            unanswered=calls["unanswered"],
            unsaved_changes=health["unsaved_changes"],
            save_problem=health.get("save_problem"),
            snapshot_bytes=size,
            snapshot_age_seconds=age,
        )

    def calls(self) -> dict[str, Any]:
        """Return every called operation with its count and what answered it (`lakekit`, `moto` or `none`)."""
        return self._running().request("calls")

    def denials(self) -> list[dict[str, Any]]:
        """Return the requests that were denied since the start of the server, the last one first."""
        found: list[dict[str, Any]] = self._running().request("denials")["denials"]
        return found

    def role_session(
        self, role_arn: str, principal: str, region: str, *, source_arn: str = "", vpc_id: str = ""
    ) -> dict[str, str]:
        """Return `AWS_…` variables with credentials of a role, for a principal outside of the local cloud.

        Args:
            role_arn: The role.
            principal: What assumes it: an AWS service (``emr-serverless.amazonaws.com``), or the ARN of a role that
                IAM Identity Center makes.
            region: AWS region.
            source_arn: Resource for which a service runs, as ``aws:SourceArn``.
            vpc_id: VPC in which a service runs; its requests then pass the endpoints of the VPC.

        Raises:
            LocalCloudError: The trust policy does not allow the principal to assume the role, or no server is running.
        """
        given = {"role_arn": role_arn, "principal": principal, "region": region}
        given |= {"source_arn": source_arn, "vpc": vpc_id}
        answer = self._running().request(f"sessions?{urlencode(given)}")
        if "error" in answer:
            raise LocalCloudError(answer["error"], where=role_arn, fix="allow the principal in the role's trust policy")
        credentials: dict[str, str] = answer["credentials"]
        return credentials

    def decisions(self, caller: dict[str, str], requests: list[dict[str, Any]]) -> list[dict[str, Any] | None]:
        """Return the denials of requests that are not sent, as `denials` does; None for an allowed one.

        Args:
            caller: ``access_key`` and ``token`` of a session, or ``service`` for an AWS service; ``account``,
                ``partition`` and ``region``.
            requests: ``action``, ``resource`` and ``context`` (condition keys) of each request.
        """
        asked = {"caller": caller, "requests": requests}
        found: list[dict[str, Any] | None] = self._running().request("decisions", 60, asked)["denials"]
        return found

    def clear_calls(self) -> None:
        """Reset the call counters."""
        self._running().request("calls/clear")

    def save(self) -> None:
        """Write the snapshot to disk now."""
        self._running().request("save", timeout=60)

    def reset(self) -> list[Path]:
        """Stop the server; remove its state and the Terraform state of local stacks. Return the removed folders."""
        with self._exclusive_lock():
            running = process.find_running(self.home)
            if running:
                # The state is removed next, so a failed save does not matter.
                with contextlib.suppress(NotSavedError):
                    process.stop(self.home, running)
            removed = [p for p in (self.home, self.project_dir / ".lakekit" / "state") if p.exists()]
            for path in removed:
                shutil.rmtree(path)
        return removed

    def variables(self, account_id: str, region: str) -> dict[str, str]:
        """Return environment variables that send every AWS call of a child process to the local cloud.

        Merge them with :func:`lakekit_local.isolated`, which also drops the AWS settings of the calling shell
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
        """Allow one start, stop or reset at a time, across processes."""
        # The folder also holds the Terraform states of local stacks and the records of the gate.
        private_folder(self.home.parent)
        with (self.home.parent / "local.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
