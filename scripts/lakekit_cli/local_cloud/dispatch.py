"""The front of the local cloud: our handlers first, moto for the rest, and 501 for what neither knows."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException

from lakekit_cli.local_cloud.calls import CallLog
from lakekit_cli.local_cloud.credentials import Scope, partition_of, scope_of
from lakekit_cli.local_cloud.registry import Call, Fault, Raw, handler_for
from lakekit_cli.local_cloud.store import Store

log = logging.getLogger("lakekit.local_cloud")

_READS = re.compile(r"^(Get|List|Describe|Head|BatchGet|Search|Filter|Lookup|Simulate|Validate|Check)")

# Guards see a matched request before anyone answers it and may refuse it (bucket policies).
Guard = Callable[[Call, Any], Raw | None]


class LocalCloudApplication(DomainDispatcherApplication):  # type: ignore[misc]
    """moto's WSGI dispatcher, extended.

    A request's service and region come from its SigV4 credential scope, its operation from botocore's model.
    Registered operations are answered by us; everything else is moto's. What is missing is answered with **501**
    and the operation's name: SDKs retry a 500 up to 25 times, and an apply would look hung.
    """

    def __init__(self, store: Store, calls: CallLog, guards: Iterable[Guard] = ()) -> None:
        super().__init__(create_backend_app)
        self.store = store
        self.calls = calls
        self.guards = tuple(guards)
        self.changes = 0
        self.closed = False
        self._gate = threading.Condition()
        self._running = 0
        self._own = threading.RLock()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """No request runs inside this block: the moment for a snapshot."""
        with self._gate:
            self._gate.wait_for(lambda: self._running == 0)
            yield

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._gate:
            if self.closed:
                raise ConnectionAbortedError("the local cloud has stopped")
            self._running += 1
        try:
            raw = self._answer(environ)
        finally:
            with self._gate:
                self._running -= 1
                self._gate.notify_all()
        start_response(f"{raw.status} {_REASONS.get(raw.status, 'Answer')}", raw.headers)
        return [raw.body]

    def get_backend_for_host(self, host: str | None) -> Any:
        """moto's backend for a host; a service that moto does not have is "not implemented", not a crash."""
        if host and "amazonaws.com" in host and not any(p.match(f"http://{host}") for _, p in self.backend_url_patterns):
            raise NotImplementedError("moto has no such service")
        return super().get_backend_for_host(host)

    def _answer(self, environ: dict[str, Any]) -> Raw:
        started = time.monotonic()
        body = Request(environ).get_data()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        scope = scope_of(environ)
        if scope and scope.account:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = scope.account
        match = _match(environ, scope) if scope else None
        service, operation = (match[0], match[1].name) if match else _unmatched(environ, scope)
        by: Any = "moto"
        reason = ""
        try:
            call = self._call(environ, scope, match, body) if scope and match else None
            refused = self._guarded(call, environ) if call else None
            handler = handler_for(service, operation)
            if refused:
                raw, by = refused, "own"
            elif handler and call and match:
                by = "own"
                with self._own:
                    raw = self._own_answer(call, handler, match[1], environ)
            else:
                raw = self._moto(environ, body)
                if _is_unrouted(raw, environ):
                    by, reason = "none", "moto has no route for it"
        except NotImplementedError as missing:
            by, reason = "none", str(missing) or "not implemented by moto"
        except Exception as failure:  # a defect of a handler or of moto: named, never retried
            by, reason = "none", f"{type(failure).__name__}: {failure}"
            log.error("%s:%s failed\n%s", service, operation, traceback.format_exc())
        if by == "none":
            raw = _not_implemented(service, operation, reason)
        if raw.ok and not _READS.match(operation):
            self.changes += 1
        self.calls.record(service, operation, by, raw.status, time.monotonic() - started, reason)
        return raw

    def _call(self, environ: dict[str, Any], scope: Scope, match: Any, body: bytes) -> Call:
        service, operation, uri_params = match
        params: dict[str, Any] = {}
        request = Request(environ.copy() | {"wsgi.input": io.BytesIO(body)})
        if handler_for(service, operation.name):
            protocol = determine_request_protocol(operation.service_model, request.content_type)
            params = PROTOCOL_PARSERS[protocol](operation).parse(
                {
                    "method": request.method,
                    "values": request.values,
                    "headers": request.headers,
                    "body": body,
                    "url_path": request.path,
                    "url_params": uri_params,
                }
            )
        else:
            params = dict(uri_params)
        account = scope.account or get_account_id_from(scope.access_key) or DEFAULT_ACCOUNT_ID
        return Call(
            service=service,
            operation=operation.name,
            account=account,
            region=scope.region,
            partition=partition_of(scope.region),
            params=params,
            store=self.store,
            forward=lambda: self._moto(environ, body),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        )

    def _guarded(self, call: Call, environ: dict[str, Any]) -> Raw | None:
        for guard in self.guards:
            refused = guard(call, environ)
            if refused:
                return refused
        return None

    def _own_answer(self, call: Call, handler: Any, operation: Any, environ: dict[str, Any]) -> Raw:
        status: int | None = None
        result: Any
        try:
            result = handler(call)
        except Fault as fault:
            result, status = fault, fault.status
        if isinstance(result, Raw):
            return result
        model = operation.service_model
        protocol = determine_request_protocol(model, environ.get("CONTENT_TYPE"))
        answer = get_serializer_class(model.service_name, protocol)(operation_model=operation).serialize(result or {})
        payload = answer["body"]
        payload = payload.encode() if isinstance(payload, str) else payload
        headers = {**answer["headers"], "x-amzn-RequestId": "lakekit-local"}
        if environ["REQUEST_METHOD"] != "HEAD":
            headers["Content-Length"] = str(len(payload))
        return Raw(status or int(answer["status_code"]), [(k, str(v)) for k, v in headers.items()], payload)

    def _moto(self, environ: dict[str, Any], body: bytes) -> Raw:
        got: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> Callable[[bytes], None]:
            got.update(status=int(status.split(" ", 1)[0]), headers=headers)
            return lambda _data: None

        environ = {**environ, "wsgi.input": io.BytesIO(body)}
        try:
            chunks = super().__call__(environ, start_response)
            payload = b"".join(chunks)
        except HTTPException as error:  # raised past moto's own handling
            return Raw(error.code or 400, [("Content-Type", "application/json")], str(error.description).encode())
        return Raw(got["status"], got["headers"], payload)


def _match(environ: dict[str, Any], scope: Scope) -> tuple[str, Any, dict[str, Any]] | None:
    body = environ["wsgi.input"]
    candidates = scope.services
    path = str(environ.get("PATH_INFO", ""))
    host = str(environ.get("HTTP_HOST", ""))
    if "s3control" in candidates:
        candidates = ("s3control",) if path.startswith("/v20180820/") or "s3-control" in host else ("s3",)
    for service in candidates:
        body.seek(0)
        try:
            operation, uri_params = get_service_router(service).match(Request(environ.copy()))
        except Exception:  # noqa: S112  an unknown service or operation is answered further down
            continue
        finally:
            body.seek(0)
        return service, operation, uri_params
    return None


def _unmatched(environ: dict[str, Any], scope: Scope | None) -> tuple[str, str]:
    """The best name for a request whose operation the model does not know."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    name = target.rsplit(".", 1)[-1] if target else f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
    return (scope.services[0] if scope else "unsigned"), name


def _is_unrouted(raw: Raw, environ: dict[str, Any]) -> bool:
    """True when moto had no route or no action: its 404s then carry HTML or nothing."""
    if raw.status == 405:
        return True
    if raw.status != 404 or environ["REQUEST_METHOD"] == "HEAD":
        return False
    return not raw.body or b"<!doctype html>" in raw.body[:64].lower()


def _not_implemented(service: str, operation: str, reason: str) -> Raw:
    message = f"The local cloud does not answer {service}:{operation} ({reason}). `lakekit local status` lists such calls."
    if service == "s3":
        text = message.replace("&", "&amp;").replace("<", "&lt;")
        body = f"<Error><Code>NotImplemented</Code><Message>{text}</Message></Error>".encode()
        kind = "application/xml"
    else:
        body = json.dumps({"__type": "NotImplementedException", "message": message}).encode()
        kind = "application/json"
    return Raw(
        501,
        [
            ("Content-Type", kind),
            ("Content-Length", str(len(body))),
            ("x-amzn-ErrorType", "NotImplementedException"),
        ],
        body,
    )


_REASONS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    206: "Partial Content",
    304: "Not Modified",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    500: "Internal Server Error",
    501: "Not Implemented",
}
