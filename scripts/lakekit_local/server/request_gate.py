"""Counts running requests, and blocks new ones while the state is saved."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator


class RequestGate:
    """Requests pass through it; a snapshot closes it for a moment.

    Attributes:
        closed: whether all further requests are rejected.
    """

    def __init__(self) -> None:
        self.closed = False
        self._changed = threading.Condition()
        self._pausing = 0
        self._running: dict[int, tuple[str, float]] = {}

    @contextlib.contextmanager
    def request(self, path: str) -> Iterator[None]:
        """Wait while the gate is closed for a moment; then the body is a running request.

        Args:
            path: its path, for messages.

        Raises:
            ConnectionAbortedError: all further requests are rejected.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._pausing or self.closed)
            if self.closed:
                raise ConnectionAbortedError("the local cloud has stopped")
            self._running[threading.get_ident()] = (path, time.monotonic())
        try:
            yield
        finally:
            with self._changed:
                del self._running[threading.get_ident()]
                self._changed.notify_all()

    @contextlib.contextmanager
    def paused(self, seconds: float, *, required: bool = True) -> Iterator[None]:
        """Block new requests and wait for running ones.

        Args:
            seconds: how long to wait for running requests.
            required: raise an error if they have not ended by then; otherwise go on.

        Raises:
            TimeoutError: a request has not ended within ``seconds``.
        """
        with self._changed:
            self._pausing += 1
            try:
                if not self._changed.wait_for(lambda: not self._running, seconds) and required:
                    path, started = min(self._running.values(), key=lambda running: running[1])
                    raise TimeoutError(f"a request to {path} has been running for {time.monotonic() - started:.0f} s")
                yield
            finally:
                self._pausing -= 1
                self._changed.notify_all()
