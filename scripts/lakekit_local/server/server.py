"""Server process: ``python -m lakekit_local.server.server --home DIR --port N --token-file FILE``.

:class:`lakekit_local.LocalCloud` starts it in the background.
"""

from __future__ import annotations

import argparse
import contextlib
import hmac
import json
import logging
import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

# moto reads these at import: load the AWS managed policies, accept regions that it does not know, and allow no web page
# to read responses.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_ALLOW_NONEXISTENT_REGION", "true")
os.environ.setdefault("MOTO_DISABLE_GLOBAL_CORS", "true")

from lakekit.errors import LakekitError
from lakekit_local.authorization.decisions import decide_all
from lakekit_local.authorization.service_sessions import assume_for
from lakekit_local.authorization.sessions import RefusedError
from lakekit_local.lifecycle.private_files import private_folder
from lakekit_local.limits.registry import load_limits
from lakekit_local.requests.registry import ServiceError, load_handlers
from lakekit_local.requests.store import Store
from lakekit_local.runtimes.control import answer_engine
from lakekit_local.runtimes.host import Host, set_host
from lakekit_local.server.call_log import CallLog
from lakekit_local.server.dispatch import LocalCloudApplication
from lakekit_local.server.http_server import RequestHandler, ThreadedHttpServer
from lakekit_local.server.moto_patches import apply_moto_patches
from lakekit_local.services.kafka_brokers import start_all
from lakekit_local.snapshot import file as snapshot
from lakekit_policies.shared.regular_file import read_regular_text

log = logging.getLogger("lakekit.local_cloud")

CONTROL_PATH = "/_lakekit/"
IDLE_SECONDS_BEFORE_SAVE = 2.0
MAX_SECONDS_BETWEEN_SAVES = 15.0
MAX_SECONDS_OF_REQUESTS = 20.0
"""How long a snapshot waits for running requests; the last one is written without waiting longer."""


class LocalCloudServer:
    """A local cloud on one port, with its snapshot file."""

    def __init__(self, home: Path, port: int, token: str) -> None:
        self.home = home
        self.token = token
        self.snapshot_path = home / snapshot.FILE_NAME
        store, call_log = Store(), CallLog()
        self.handlers = load_handlers()
        load_limits()
        apply_moto_patches()
        if (extra := snapshot.load(self.snapshot_path, ("store", "calls", "reasons"))) is not None:
            store.data = extra["store"]
            call_log.counts = extra["calls"]
            call_log.reasons = extra["reasons"]
        self.application = LocalCloudApplication(store, call_log)
        self.started = time.time()
        self.saved_changes = 0
        self.saved_at = time.monotonic()
        self.save_problem: str | None = None
        self._stop = threading.Event()
        self._saving = threading.Lock()
        self.http = ThreadedHttpServer(("127.0.0.1", port), RequestHandler, self._wsgi)
        store.endpoint = f"http://127.0.0.1:{self.http.server_port}"
        self.host = Host(home, store.endpoint, token)
        set_host(self.host)

    def serve(self) -> None:
        """Serve requests until `stop` is called, then save the state.

        Raises:
            LakekitError: The state could not be saved.
        """
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        log.info("listening on %s, %s registered operations", self.http.server_address, self.handlers)
        start_all(self.application.store, self.host)
        while not self._stop.wait(0.5):
            self._save_if_due()
        # Brokers end first: while they end, they ask for decisions.
        self.host.stop()
        self.http.shutdown()
        try:
            self.save(final=True)
        except Exception as error:
            log.exception("the last snapshot failed")
            raise LakekitError(
                f"the local cloud has stopped, but its last {self.unsaved} changes could not be saved: "
                f"{_error_text(error)}",
                where=str(self.snapshot_path),
                fix="free disk space and make the folder writable; then `lakekit deploy local` recreates resources, "
                "or `lakekit local reset` deletes the state",
            ) from error
        log.info("stopped")

    @property
    def unsaved(self) -> int:
        """Number of changes since the last snapshot."""
        return self.application.changes - self.saved_changes

    def stop(self) -> None:
        """Request a clean shutdown."""
        self._stop.set()

    def save(self, *, final: bool = False) -> int:
        """Write the snapshot now; after a ``final`` one, requests are rejected."""
        application = self.application
        with self._saving, application.gate.paused(MAX_SECONDS_OF_REQUESTS, required=not final):
            application.gate.closed = final
            changes = application.changes
            extra = {
                "store": application.store.data,
                "calls": application.call_log.counts,
                "reasons": application.call_log.reasons,
            }
            size = snapshot.save(self.snapshot_path, extra)
        self.saved_changes = changes
        self.saved_at = time.monotonic()
        self.save_problem = None
        return size

    def _save_if_due(self) -> None:
        if self.application.changes == self.saved_changes:
            return
        quiet = time.monotonic() - self.application.call_log.last > IDLE_SECONDS_BEFORE_SAVE
        if quiet or time.monotonic() - self.saved_at > MAX_SECONDS_BETWEEN_SAVES:
            try:
                self.save()
            except Exception as error:
                # Keep serving requests; `lakekit local status` shows the error.
                log.exception("snapshot failed")
                self.save_problem = _error_text(error)
                self.saved_at = time.monotonic()

    def _wsgi(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith(CONTROL_PATH):
            return self.application(environ, start_response)
        given = str(environ.get("HTTP_X_LAKEKIT_TOKEN", ""))
        status, answer = "403 Forbidden", {"project": str(self.home), "error": "wrong token"}
        if hmac.compare_digest(given, self.token):
            query = dict(parse_qsl(str(environ.get("QUERY_STRING", ""))))
            sent = environ["wsgi.input"].read()
            status, answer = "200 OK", self._control(path.removeprefix(CONTROL_PATH), query, sent)
        payload = json.dumps(answer).encode()
        start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(payload)))])
        return [payload]

    def _control(self, command: str, query: dict[str, str], sent: bytes) -> dict[str, Any]:
        if command == "sessions":
            return self._session(query)
        if command == "decisions":
            asked = json.loads(sent)
            return {"denials": decide_all(self.application.store, asked["caller"], asked["requests"])}
        engine = answer_engine(command, sent, self.application.store, self.application.call_log)
        if engine is not None:
            return engine
        answers: dict[str, Callable[[], dict[str, Any]]] = {
            "calls": self.application.call_log.summary,
            "denials": lambda: {"denials": self.application.call_log.last_denials()},
            "calls/clear": self._clear_calls,
            "save": lambda: {"bytes": self.save()},
        }
        return answers.get(command, self._health)()

    def _clear_calls(self) -> dict[str, Any]:
        self.application.call_log.clear()
        return {}

    def _session(self, query: dict[str, str]) -> dict[str, Any]:
        """The credentials of a role session, or why the role does not trust the principal."""
        try:
            made = assume_for(self.application.store, **query)
        except (RefusedError, ServiceError, TypeError) as error:
            return {"error": str(error)}
        self.application.changes += 1
        return {"credentials": made}

    def _health(self) -> dict[str, Any]:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {
            "pid": os.getpid(),
            "project": str(self.home),
            "uptime_seconds": round(time.time() - self.started, 1),
            "peak_memory_mib": round(peak / (1024 if sys.platform == "linux" else 1024 * 1024)),
            "registered_operations": self.handlers,
            "unsaved_changes": self.unsaved,
            "save_problem": self.save_problem,
        }


def main(argv: list[str] | None = None) -> int:
    """Run a server until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="lakekit-local-cloud")
    parser.add_argument("--home", type=Path, required=True, help="folder for the snapshot and the log")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    options = parser.parse_args(argv)
    os.umask(0o077)  # snapshot, logs and token are private
    private_folder(options.home)
    _log_to(options.home / "server.log")
    try:
        server = LocalCloudServer(options.home, options.port, read_regular_text(options.token_file).strip())
    except SystemExit:  # werkzeug exits if the port was taken since the check
        taken = f"port {options.port} on 127.0.0.1 is in use"
        return _write_failure(options.home, LakekitError(taken, fix="export LAKEKIT_LOCAL_PORT=<a free port>"))
    except LakekitError as error:
        return _write_failure(options.home, error)
    except Exception as error:
        log.exception("cannot start")
        where = str(options.home / "server.log")
        return _write_failure(options.home, LakekitError(_error_text(error), where=where))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: server.stop())
    with contextlib.suppress(OSError):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        server.serve()
    except LakekitError as error:
        return _write_failure(options.home, error)
    return 0


def _error_text(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _write_failure(home: Path, error: LakekitError) -> int:
    """Write the reason to a file for the process that started the server."""
    reason = {"problem": error.problem, "where": error.where, "fix": error.fix}
    (home / "failure.json").write_text(json.dumps(reason))
    return 1


def _log_to(path: Path) -> None:
    handler = RotatingFileHandler(path, maxBytes=5_000_000, backupCount=1)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("lakekit").setLevel(logging.INFO)


if __name__ == "__main__":
    sys.exit(main())
