"""WSGI application of the local cloud: registered handlers first, then moto, else 501."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.serialize import get_serializer_class
from moto.iam.models import get_account_id_from
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException

from lakekit_local.requests.credential_scope import CredentialScope, parse_credential_scope, partition_of_region
from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handler_for
from lakekit_local.requests.routing import is_unrouted, match_operation, not_implemented_response, unmatched_operation
from lakekit_local.requests.store import Store
from lakekit_local.server.call_log import CallLog

log = logging.getLogger("lakekit.local_cloud")

_READ_OPERATIONS = re.compile(r"^(Get|List|Describe|Head|BatchGet|Search|Filter|Lookup|Simulate|Validate|Check)")

# Authorizers see a matched request before it is handled and may deny it (bucket policies).
Authorizer = Callable[[Call, Any], RawResponse | None]


class LocalCloudApplication(DomainDispatcherApplication):
    """moto's WSGI dispatcher with additional handlers and authorizers.

    Service and region of a request come from its SigV4 credential scope, its operation from botocore's model.
    Registered operations go to their handler, all others to moto. Unimplemented operations get a **501** with their
    name, because SDKs retry a 500 up to 25 times and an apply would appear to hang.
    """

    def __init__(self, store: Store, call_log: CallLog, authorizers: Iterable[Authorizer] = ()) -> None:
        super().__init__(create_backend_app)
        self.store = store
        self.call_log = call_log
        self.authorizers = tuple(authorizers)
        self.changes = 0
        self.closed = False
        self._gate = threading.Condition()
        self._pausing = 0
        self._running: dict[int, tuple[str, float]] = {}
        self._handler_lock = threading.RLock()

    @contextlib.contextmanager
    def paused(self, seconds: float, *, required: bool = True) -> Iterator[None]:
        """Block new requests and wait for running ones, for a snapshot.

        Args:
            seconds: how long to wait for running requests.
            required: raise an error if they have not ended by then; otherwise go on.

        Raises:
            TimeoutError: a request has not ended within ``seconds``.
        """
        with self._gate:
            self._pausing += 1
            try:
                if not self._gate.wait_for(lambda: not self._running, seconds) and required:
                    path, started = min(self._running.values(), key=lambda running: running[1])
                    raise TimeoutError(f"a request to {path} has been running for {time.monotonic() - started:.0f} s")
                yield
            finally:
                self._pausing -= 1
                self._gate.notify_all()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self._gate:
            self._gate.wait_for(lambda: not self._pausing or self.closed)
            if self.closed:
                raise ConnectionAbortedError("the local cloud has stopped")
            self._running[threading.get_ident()] = (str(environ.get("PATH_INFO", "")), time.monotonic())
        try:
            raw = self._answer(environ)
        finally:
            with self._gate:
                del self._running[threading.get_ident()]
                self._gate.notify_all()
        start_response(f"{raw.status} {_REASONS.get(raw.status, 'Answer')}", raw.headers)
        return [raw.body]

    def get_backend_for_host(self, host: str | None) -> Any:
        """Return moto's backend for a host; raise NotImplementedError for a service that moto lacks.

        moto's own API (`/moto-api`) is not served: its dashboard creates the state of every service in every region.
        """
        if host == "moto_api":
            raise NotImplementedError("the local cloud does not serve the API and dashboard of moto")
        if (
            host
            and "amazonaws.com" in host
            and not any(p.match(f"http://{host}") for _, p in self.backend_url_patterns)
        ):
            raise NotImplementedError("moto has no such service")
        return super().get_backend_for_host(host)

    def _answer(self, environ: dict[str, Any]) -> RawResponse:
        started = time.monotonic()
        body = environ["wsgi.input"].getvalue()
        scope = parse_credential_scope(environ)
        if scope and scope.account:
            environ["HTTP_X_MOTO_ACCOUNT_ID"] = scope.account
        matched = match_operation(environ, scope) if scope else None
        service, operation = (matched[0], matched[1].name) if matched else unmatched_operation(environ, scope)
        by: Any = "moto"
        reason = ""
        try:
            call = self._call(environ, scope, matched, body) if scope and matched else None
            denied = self._authorize(call, environ) if call else None
            handler = handler_for(service, operation)
            if denied:
                raw, by = denied, "lakekit"
            elif handler and call and matched:
                by = "lakekit"
                with self._handler_lock:
                    raw = self._handler_answer(call, handler, matched[1], environ)
            else:
                raw = self._moto(environ, body)
                if is_unrouted(raw, environ):
                    by, reason = "none", "moto has no route for it"
        except NotImplementedError as missing:
            by, reason = "none", str(missing) or "not implemented by moto"
        except Exception as failure:  # a defect: return its message without inviting retries
            by, reason = "none", f"{type(failure).__name__}: {failure}"
            log.error("%s:%s failed\n%s", service, operation, traceback.format_exc())
        if by == "none":
            raw = not_implemented_response(service, operation, reason)
        if raw.ok and not _READ_OPERATIONS.match(operation):
            self.changes += 1
        took = time.monotonic() - started
        self.call_log.record(service, operation, by, status=raw.status, seconds=took, reason=reason)
        return raw

    def _call(self, environ: dict[str, Any], scope: CredentialScope, matched: Any, body: bytes) -> Call:
        service, operation, uri_params = matched
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
        account = scope.account or get_account_id_from(scope.access_key)
        return Call(
            service=service,
            operation=operation.name,
            account=account,
            region=scope.region,
            partition=partition_of_region(scope.region),
            params=params,
            store=self.store,
            forward=lambda: self._moto(environ, body),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        )

    def _authorize(self, call: Call, environ: dict[str, Any]) -> RawResponse | None:
        for authorizer in self.authorizers:
            denied = authorizer(call, environ)
            if denied:
                return denied
        return None

    def _handler_answer(self, call: Call, handler: Any, operation: Any, environ: dict[str, Any]) -> RawResponse:
        status: int | None = None
        result: Any
        try:
            result = handler(call)
        except ServiceError as fault:
            result, status = fault, fault.status
        if isinstance(result, RawResponse):
            return result
        model = operation.service_model
        protocol = determine_request_protocol(model, environ.get("CONTENT_TYPE"))
        answer = get_serializer_class(model.service_name, protocol)(operation_model=operation).serialize(result or {})
        payload = answer["body"]
        payload = payload.encode() if isinstance(payload, str) else payload
        headers = {**answer["headers"], "x-amzn-RequestId": "lakekit-local"}
        if environ["REQUEST_METHOD"] != "HEAD":
            headers["Content-Length"] = str(len(payload))
        return RawResponse(status or int(answer["status_code"]), [(k, str(v)) for k, v in headers.items()], payload)

    def _moto(self, environ: dict[str, Any], body: bytes) -> RawResponse:
        got: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], _exc: Any = None) -> Callable[[bytes], None]:
            got.update(status=int(status.split(" ", 1)[0]), headers=headers)
            return lambda _data: None

        environ = {**environ, "wsgi.input": io.BytesIO(body)}
        try:
            chunks = super().__call__(environ, start_response)
            payload = b"".join(chunks)
        except HTTPException as error:  # raised past moto's own handling
            return RawResponse(
                error.code or 400, [("Content-Type", "application/json")], str(error.description).encode()
            )
        return RawResponse(got["status"], got["headers"], payload)


# Reason phrases of the status line; clients ignore them.
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
