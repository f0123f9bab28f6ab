"""WSGI application of the local cloud: registered handlers first, then moto, else 501."""

from __future__ import annotations

import io
import logging
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs

from moto.core.request import Request, determine_request_protocol
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException

from lakekit_local.authorization.authorizer import Authorization, authorize
from lakekit_local.authorization.callers import ANONYMOUS, UnknownKeyError, account_of, identify, unknown_key
from lakekit_local.authorization.denials import Denial, s3_response
from lakekit_local.authorization.sessions import RefusedError
from lakekit_local.data_permissions.required import check_data_permissions
from lakekit_local.limits.registry import check_limits
from lakekit_local.requests.credential_scope import (
    CredentialScope,
    parse_credential_scope,
    partition_of_region,
    unsigned_scope,
)
from lakekit_local.requests.presigned import check_presigned
from lakekit_local.requests.registry import Call, RawResponse, ServiceError, handler_for
from lakekit_local.requests.responses import REASONS, protocol_of, serialized
from lakekit_local.requests.routing import is_unrouted, match_operation, not_implemented_response, unmatched_operation
from lakekit_local.requests.store import Store
from lakekit_local.server.call_log import AnsweredBy, CallLog
from lakekit_local.server.request_gate import RequestGate
from lakekit_local.validation.requests import parse

log = logging.getLogger("lakekit.local_cloud")

_EVALUATED = "AWS4-HMAC-SHA256 Credential=unsigned/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
_READ_OPERATIONS = re.compile(r"^(Get|List|Describe|Head|BatchGet|Search|Filter|Lookup|Simulate|Validate|Check)")


@dataclass
class _Request:
    """What is known of a request, also if answering it fails."""

    call: Call | None = None
    authorization: Authorization = field(default_factory=Authorization)


class LocalCloudApplication(DomainDispatcherApplication):
    """moto's WSGI dispatcher with additional handlers and IAM in force.

    Service and region of a request come from its SigV4 credential scope, its operation from botocore's model.
    Registered operations go to their handler, all others to moto. Unimplemented operations get a **501** with their
    name, because SDKs retry a 500 up to 25 times and an apply would appear to hang.
    """

    def __init__(self, store: Store, call_log: CallLog) -> None:
        super().__init__(create_backend_app)
        self.store = store
        self.call_log = call_log
        self.changes = 0
        self.gate = RequestGate()
        self._state_lock = threading.RLock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.gate.request(str(environ.get("PATH_INFO", ""))):
            raw = self._answer(environ)
        start_response(f"{raw.status} {REASONS.get(raw.status, 'Answer')}", raw.headers)
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
        if scope is None:
            scope = unsigned_scope(body)
            # moto refuses unsigned requests by the ACL of the object; here, bucket policies have been evaluated then.
            environ["HTTP_AUTHORIZATION"] = _EVALUATED
        matched = match_operation(environ, scope)
        service, operation = (matched[0], matched[1].name) if matched else unmatched_operation(environ, scope)
        by: AnsweredBy = "moto"
        reason = ""
        found = _Request()
        try:
            if str(environ.get("PATH_INFO", "")).startswith("/moto-api"):
                raise NotImplementedError("the local cloud does not serve the API and dashboard of moto")
            # moto's backends are not made for threads: one request reads what another changes.
            with self._state_lock:
                if matched:
                    raw, by = self._matched(environ, scope, matched, body, found)
                elif scope.account is None:
                    raise NotImplementedError("no operation matches the request, so that it cannot be authorized")
                else:
                    raw = self._moto(environ, body)
            if by == "moto" and is_unrouted(raw, environ):
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
        self.call_log.record(
            service,
            operation,
            by,
            status=raw.status,
            seconds=took,
            reason=reason,
            principal=found.call.identity.caller.arn if found.call else "",
            permissions=[f"{one.action} on {one.resource}" for one in found.authorization.permissions],
            denial=found.authorization.denial,
        )
        return raw

    def _matched(
        self, environ: dict[str, Any], scope: CredentialScope, matched: Any, body: bytes, found: _Request
    ) -> tuple[RawResponse, AnsweredBy]:
        """Authorize and answer a request whose operation is known."""
        service, operation, _ = matched
        try:
            call = found.call = self._call(environ, scope, matched, body)
            call.params = self._params(environ, matched, body)
            found.authorization = authorize(call, call.identity)
            if found.authorization.denial is None and (missing := check_data_permissions(call)):
                found.authorization = replace(found.authorization, denial=missing)
            if found.authorization.denial:
                return self._denied(found.authorization.denial, operation, environ), "lakekit"
            check_limits(call)
            handler = handler_for(service, operation.name)
            if handler is None:
                return self._moto(environ, body), "moto"
            answer = self._handler_answer(call, handler, operation, environ)
            if call.denials:
                found.authorization = replace(found.authorization, denial=call.denials[-1])
            return answer, "lakekit"
        except RefusedError as refused:
            assert found.call is not None  # noqa: S101  raised by its handler
            denial = Denial.of_role(found.call, refused)
            found.authorization = Authorization(denial=denial)
            return self._denied(denial, operation, environ), "lakekit"
        except UnknownKeyError:
            error = unknown_key(service, protocol_of(operation))
            return serialized(error, operation, environ), "lakekit"
        except ServiceError as refusal:  # the session has expired, or the request is not valid
            return serialized(refusal, operation, environ), "lakekit"

    def _call(self, environ: dict[str, Any], scope: CredentialScope, matched: Any, body: bytes) -> Call:
        """The request with its caller, but without its parameters."""
        service, operation, _ = matched
        partition = partition_of_region(scope.region)
        query = str(environ.get("QUERY_STRING", ""))
        if service == "s3":
            check_presigned(query)
        account = account_of(scope) if scope.access_key else ""
        if account is None:
            raise UnknownKeyError
        token = str(environ.get("HTTP_X_AMZ_SECURITY_TOKEN") or parse_qs(query).get("X-Amz-Security-Token", [""])[0])
        known = scope.access_key and identify(scope.access_key, account, partition, self.store, token)
        return Call(
            service=service,
            operation=operation.name,
            account=account,
            region=scope.region,
            partition=partition,
            params={},
            store=self.store,
            forward=lambda: self._moto(environ, body),
            headers={name.lower(): value for name, value in Request(environ.copy()).headers.items()},
            body=body,
            query=query,
            access_key=scope.access_key,
            identity=known or ANONYMOUS,
        )

    def _params(self, environ: dict[str, Any], matched: Any, body: bytes) -> dict[str, Any]:
        """The parameters of a request, as its service model admits them."""
        _, operation, uri_params = matched
        request = Request(environ.copy() | {"wsgi.input": io.BytesIO(body)})
        protocol = determine_request_protocol(operation.service_model, request.content_type)
        return parse(
            operation,
            protocol,
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": body,
                "url_path": request.path,
                "url_params": uri_params,
            },
        )

    def _denied(self, denial: Denial, operation: Any, environ: dict[str, Any]) -> RawResponse:
        if operation.service_model.service_name == "s3":
            return s3_response(denial, environ["REQUEST_METHOD"])
        return serialized(denial.error(protocol_of(operation)), operation, environ)

    def _handler_answer(self, call: Call, handler: Any, operation: Any, environ: dict[str, Any]) -> RawResponse:
        try:
            result = handler(call)
        except ServiceError as fault:
            return serialized(fault, operation, environ)
        return result if isinstance(result, RawResponse) else serialized(result, operation, environ)

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
