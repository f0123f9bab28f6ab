"""The local cloud in which engines run: its folder, and how their processes reach it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lakekit_local.runtimes.process import Supervised


@dataclass
class Host:
    """A running local cloud.

    Attributes:
        home: its folder.
        endpoint: its URL.
        token: token of its control interface.
        processes: running engines by name.
    """

    home: Path
    endpoint: str
    token: str
    processes: dict[str, Supervised] = field(default_factory=dict)

    def stop(self) -> None:
        """End all engines."""
        for process in self.processes.values():
            process.ask_to_end()
        for name in list(self.processes):
            self.end(name)

    def end(self, name: str) -> None:
        """End one engine, if it runs."""
        if process := self.processes.pop(name, None):
            process.stop()


_current: Host | None = None


def set_host(host: Host | None) -> None:
    """Name the local cloud of this process."""
    global _current  # noqa: PLW0603  one server runs in a process
    _current = host


def current_host() -> Host | None:
    """The local cloud of this process; None in tests of single handlers."""
    return _current
