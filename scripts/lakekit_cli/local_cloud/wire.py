"""The HTTP server under the application: werkzeug's, quiet, with moto's care for S3 metadata headers."""

from __future__ import annotations

import socket
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer


class Handler(MotoRequestHandler):  # type: ignore[misc]
    """Logs nothing (the call log does); answers ``HTTP/1.0``-style, one request to a connection, like moto."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  werkzeug's name
        """Say nothing."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """A client that went away is no event."""


class ThreadedServer(ThreadedWSGIServer):
    """A thread per request, on loopback only."""

    request_queue_size = 256

    def __init__(self, address: tuple[str, int], handler: type[Handler], app: Any) -> None:
        super().__init__(address[0], address[1], app, handler)

    def server_bind(self) -> None:
        """Name resolution of the own host is skipped: it can take seconds and nobody needs it."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
