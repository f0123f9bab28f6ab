"""Match requests to operations, and build the response for unimplemented ones."""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape

from moto.core.request import Request
from moto.core.routing import get_service_router
from moto.core.utils import get_service_model

from lakekit_local.requests.credential_scope import CredentialScope
from lakekit_local.requests.registry import RawResponse


def match_operation(environ: dict[str, Any], scope: CredentialScope) -> tuple[str, Any, dict[str, Any]] | None:
    """Return service, operation (botocore's model) and path parameters of a request; None if no model matches."""
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
        except Exception:  # noqa: S112  an unknown service or operation gets a 501 from the caller
            continue
        finally:
            body.seek(0)
        return service, operation, uri_params
    return None


def unmatched_operation(environ: dict[str, Any], scope: CredentialScope | None) -> tuple[str, str]:
    """Return a name for a request that matches no operation of the model."""
    target = str(environ.get("HTTP_X_AMZ_TARGET", ""))
    name = target.rsplit(".", 1)[-1] if target else f"{environ['REQUEST_METHOD']} {environ.get('PATH_INFO', '')}"
    return (scope.services[0] if scope else "unsigned"), name


def is_unrouted(raw: RawResponse, environ: dict[str, Any]) -> bool:
    """Whether moto has no route or action for the request; its 404 then has an HTML body or none."""
    if raw.status == 405:
        return True
    if raw.status != 404 or environ["REQUEST_METHOD"] == "HEAD":
        return False
    return not raw.body or b"<!doctype html>" in raw.body[:64].lower()


def not_implemented_response(service: str, operation: str, reason: str) -> RawResponse:
    """Return a 501 response in the format of the service's clients."""
    message = (
        f"The local cloud does not implement {service}:{operation} ({reason}). `lakekit local status` lists such calls."
    )
    kind, text = "application/xml", escape(message)
    if service == "s3":
        body = f"<Error><Code>NotImplemented</Code><Message>{text}</Message></Error>"
    elif _uses_xml(service):
        error = f"<Error><Type>Sender</Type><Code>NotImplementedException</Code><Message>{text}</Message></Error>"
        body = f"<ErrorResponse>{error}<RequestId>lakekit-local</RequestId></ErrorResponse>"
    else:
        kind, body = "application/json", json.dumps({"__type": "NotImplementedException", "message": message})
    return RawResponse(
        501,
        [
            ("Content-Type", kind),
            ("Content-Length", str(len(body.encode()))),
            ("x-amzn-ErrorType", "NotImplementedException"),
        ],
        body.encode(),
    )


def _uses_xml(service: str) -> bool:
    try:
        return get_service_model(service).protocol in {"query", "ec2", "rest-xml"}
    except Exception:  # a service that botocore does not know
        return False
