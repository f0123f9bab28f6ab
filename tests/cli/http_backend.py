"""An HTTP backend of Terraform for tests."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Backend:
    """An HTTP backend of Terraform that can be made to fail.

    Attributes:
        state: the saved state; empty without one.
        failing: methods that are answered with an error.
        holder: ID of the lock that another run holds; empty without one.
    """

    def __init__(self) -> None:
        self.state = b""
        self.failing: set[str] = set()
        self.holder = ""
        backend = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(200 if backend.state else 404, backend.state)

            def do_LOCK(self) -> None:
                self.answer(423 if backend.holder else 200, json.dumps({"ID": backend.holder}).encode())

            def do_UNLOCK(self) -> None:
                self.answer(200, b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if "POST" not in backend.failing:
                    backend.state = body
                self.answer(200, b"")

            def answer(self, code: int, body: bytes) -> None:
                code = 507 if self.command in backend.failing else code
                self.send_response(code)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Write nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/state"

    @property
    def resources(self) -> list[str]:
        return [resource["name"] for resource in json.loads(self.state)["resources"]] if self.state else []

    def configuration(self) -> dict[str, object]:
        """Return the `terraform` block of a stack with this backend."""
        return {
            "backend": {
                "http": {
                    "address": self.address,
                    "lock_address": self.address,
                    "unlock_address": self.address,
                    "retry_max": 0,
                }
            }
        }


@contextmanager
def running_backend() -> Iterator[Backend]:
    """Yield a backend that answers."""
    made = Backend()
    threading.Thread(target=made.server.serve_forever, daemon=True).start()
    yield made
    made.server.shutdown()
    made.server.server_close()
