"""Serialize outputs and errors of operations in the format of their service."""

from __future__ import annotations

from typing import Any, Final

from moto.core.request import determine_request_protocol
from moto.core.serialize import get_serializer_class

from lakekit_local.requests.registry import RawResponse, ServiceError


def serialized(result: Any, operation: Any, environ: dict[str, Any]) -> RawResponse:
    """The response with an output or an error of an operation."""
    status = result.status if isinstance(result, ServiceError) else None
    model = operation.service_model
    protocol = determine_request_protocol(model, environ.get("CONTENT_TYPE"))
    answer = get_serializer_class(model.service_name, protocol)(operation_model=operation).serialize(result or {})
    payload = answer["body"]
    payload = payload.encode() if isinstance(payload, str) else payload
    headers = {**answer["headers"], "x-amzn-RequestId": "lakekit-local"}
    if environ["REQUEST_METHOD"] != "HEAD":
        headers["Content-Length"] = str(len(payload))
    return RawResponse(status or int(answer["status_code"]), [(k, str(v)) for k, v in headers.items()], payload)


def protocol_of(operation: Any) -> str:
    """The protocol of an operation's service: ``json``, ``query``, ``rest-xml``, …"""
    return str(operation.service_model.metadata.get("protocol", ""))


REASONS: Final = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    206: "Partial Content",
    304: "Not Modified",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    412: "Precondition Failed",
    500: "Internal Server Error",
    501: "Not Implemented",
}
"""Reason phrases of the status line; clients ignore them."""
