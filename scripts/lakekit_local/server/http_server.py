"""HTTP server of the application: keep-alive, TCP_NODELAY, loopback only.

werkzeug's request loop closes every connection and waits 10 ms for late bytes; with Terraform's parallel calls,
clients sometimes read from a connection that is being closed. This application always reads the whole request and
knows the length of its response, so connections can stay open.
"""

from __future__ import annotations

import io
import json
import socket
from collections.abc import Callable
from typing import Any, cast

from moto.core.request import Request
from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.exceptions import HTTPException
from werkzeug.serving import ThreadedWSGIServer

from lakekit_local.server.request_origin import rejection

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "server", "date"}

IDLE_TIMEOUT_SECONDS = 300.0
"""Limit of the time between two requests of a connection; SDKs and Terraform keep idle connections for 90 s."""
STALL_TIMEOUT_SECONDS = 30.0
"""Limit of the time between two pieces of one request or response."""


class RequestHandler(MotoRequestHandler):
    """Handles the requests of one connection in sequence. Does not log: the call log does."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    timeout = IDLE_TIMEOUT_SECONDS

    def handle_expect_100(self) -> bool:
        """Send "100 Continue" at once; it would otherwise stay in the buffer."""
        proceed = bool(super().handle_expect_100())
        self.wfile.flush()
        return proceed

    def handle_one_request(self) -> None:
        """Wait for the next request of the connection; once it begins, it has to follow without long pauses."""
        self.connection.settimeout(self._server.idle_seconds)
        try:
            self.rfile.peek(1)  # type: ignore[attr-defined]
        except TimeoutError:
            self.close_connection = True
            return
        self.connection.settimeout(self._server.stall_seconds)
        super().handle_one_request()

    @property
    def _server(self) -> ThreadedHttpServer:
        return cast("ThreadedHttpServer", self.server)

    def run_wsgi(self) -> None:
        """Handle one request. A client that stalls or disconnects ends only its own connection."""
        self.environ = environ = self.make_environ()
        if (reason := rejection(environ)) is not None:
            self._reject(reason)
            return
        try:
            # The application sees complete requests only, so that no client can hold it.
            body = Request(environ).get_data()
        except (OSError, HTTPException):
            self.close_connection = True
            return
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ.pop("wsgi.input_terminated", None)
        self._respond(environ)

    def _reject(self, reason: str) -> None:
        payload = json.dumps({"message": f"The local cloud: {reason}."}).encode()
        self.close_connection = True  # the body of the request is not read
        self.send_response(403, "Forbidden")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(payload)
        self.wfile.flush()

    def _respond(self, environ: dict[str, Any]) -> None:
        got: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None, /) -> Callable[[bytes], None]:
            got.update(status=status, headers=headers)
            return lambda _data: None

        try:
            body = b"".join(self.server.app(environ, start_response))
        except ConnectionError:
            self.close_connection = True
            return
        code = int(got["status"].split(" ", 1)[0])
        self.send_response(code, got["status"].split(" ", 1)[-1])
        has_length = False
        for name, value in got["headers"]:
            lower = name.lower()
            if (
                lower in _HOP_BY_HOP
                or lower.startswith("access-control-")
                or (lower == "content-length" and self.command != "HEAD")
            ):
                continue
            has_length = has_length or lower == "content-length"
            self.send_header(name, value)
        if not has_length and code not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def log(self, type: str, message: str, *args: Any) -> None:
        """Do not log."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """Ignore a client that closed the connection."""


class ThreadedHttpServer(ThreadedWSGIServer):
    """Server with one thread per connection, on loopback only.

    Args:
        address: Host and port.
        handler: Handles the requests of a connection.
        app: WSGI application.
        idle_seconds: Limit of the time between two requests of a connection; 300 by default.
        stall_seconds: Limit of the time between two pieces of one request, its first line included, or of one response;
            30 by default.
    """

    request_queue_size = 256

    def __init__(
        self,
        address: tuple[str, int],
        handler: type[RequestHandler],
        app: Any,
        *,
        idle_seconds: float = IDLE_TIMEOUT_SECONDS,
        stall_seconds: float = STALL_TIMEOUT_SECONDS,
    ) -> None:
        self.idle_seconds, self.stall_seconds = idle_seconds, stall_seconds
        super().__init__(address[0], address[1], app, handler)

    def server_bind(self) -> None:
        """Bind without resolving the host name, which can take seconds."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def log(self, type: str, message: str, *args: Any) -> None:
        """Do not log."""
