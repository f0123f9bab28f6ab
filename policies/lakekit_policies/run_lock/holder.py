"""Who holds a lock: written into the lock file, read for the message of the second run."""

from __future__ import annotations

import getpass
import json
import os
import socket
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from lakekit_policies.run_lock.processes import find


@dataclass(frozen=True, slots=True)
class Holder:
    """The run that holds a lock.

    Attributes:
        pid: process ID.
        user: login name.
        host: host name.
        command: command line without arguments that may contain secrets.
        since: ISO time, UTC.
        token: identifies the run to its own processes.
        short: whether the lock is held for seconds only, as by a synthesis.
        child: process that goes on if this one is killed, such as Terraform; 0 if there is none.
        child_started: its start time.
    """

    pid: int
    user: str
    host: str
    command: str
    since: str
    token: str = ""
    short: bool = False
    child: int = 0
    child_started: str = ""

    @classmethod
    def current(cls, command: str, *, token: str, short: bool) -> Holder:
        """Return this process."""
        try:
            user = getpass.getuser()
        except (KeyError, OSError):
            user = str(os.getuid())
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(os.getpid(), user, socket.gethostname(), command, now, token, short)

    @classmethod
    def parse(cls, text: str) -> Holder | None:
        """Read the content of a lock file; None if it cannot be read."""
        try:
            data = json.loads(text)
            texts = {name: str(data[name]) for name in ("user", "host", "command", "since", "token", "child_started")}
            return cls(pid=int(data["pid"]), short=bool(data["short"]), child=int(data["child"]), **texts)
        except (ValueError, KeyError, TypeError):
            return None

    def with_child(self, pid: int) -> Holder:
        """Return this holder with a process that it has started."""
        found = find(pid)
        return replace(self, child=pid, child_started=found.started) if found else self

    @property
    def child_is_running(self) -> bool:
        """Whether the process that the holder has started is still running."""
        if not self.child or self.host != socket.gethostname():
            return False
        found = find(self.child)
        return found is not None and found.started == self.child_started

    @property
    def text(self) -> str:
        """Content of the lock file."""
        return json.dumps(asdict(self), sort_keys=True) + "\n"

    @property
    def description(self) -> str:
        """Command, process, user, host and time in one line."""
        return f"`{self.command}` (process {self.pid} of {self.user} on {self.host}, since {self.since[:19]} UTC)"


def program() -> str:
    """Return the name of the running program for messages."""
    name = Path(sys.argv[0] or "python")
    return f"python {sys.argv[0]}" if name.suffix == ".py" else name.name
