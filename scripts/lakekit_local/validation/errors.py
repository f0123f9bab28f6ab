"""The error of a service for a request that its model does not admit.

Sources: "Common Errors" of the API references (``ValidationError``, ``ValidationException``); Amazon EC2 API reference,
"Error codes" (``MissingParameter``, ``InvalidParameterValue``); Amazon S3 API reference, "Error responses"
(``MalformedXML``, ``InvalidArgument``); Amazon MSK REST API reference (``BadRequestException``); CloudWatch Logs API
reference (``InvalidParameterException``).
"""

from __future__ import annotations

from typing import Any, Final

from lakekit_local.requests.registry import ServiceError
from lakekit_local.validation.problem import Problem

_MALFORMED_XML: Final = "The XML you provided was not well-formed or did not validate against our published schema"
_BY_SERVICE: Final = {
    "logs": "InvalidParameterException",
    "route53": "InvalidInput",
    "sns": "InvalidParameter",
}
_BY_PROTOCOL: Final = {"query": "ValidationError", "ec2": "InvalidParameterValue", "rest-xml": "InvalidRequest"}
_MODELED: Final = (
    "ValidationException",
    "BadRequestException",
    "InvalidInputException",
    "InvalidParameterException",
    "InvalidRequestException",
)
"""Errors by which services with REST and JSON refuse invalid requests, the most common first."""


def error_of(problems: list[Problem], operation: Any, protocol: str) -> ServiceError:
    """The error for what a model does not admit; it names every problem."""
    service = operation.service_model.service_name
    if service == "s3":
        return _of_s3(problems, operation)
    if protocol == "ec2" and problems[0].missing:
        name = ".".join(problems[0].path)
        return ServiceError("MissingParameter", f"The request must contain the parameter {name}", 400)
    if protocol == "ec2":
        first = problems[0]
        text = f"Value ({first.value}) for parameter {first.member} is invalid. {first.constraint}"
        return ServiceError("InvalidParameterValue", text, 400)
    found = "; ".join(problem.message for problem in problems)
    counted = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected: {found}"
    return ServiceError(_code(operation, protocol), counted, 400)


def error_of_parser(error: Exception, operation: Any, protocol: str) -> ServiceError:
    """The error for a request that cannot be parsed by the model."""
    if protocol == "rest-xml":
        return ServiceError("MalformedXML", f"{_MALFORMED_XML} ({_first_line(error)})", 400)
    if protocol in ("query", "ec2"):
        return ServiceError(_code(operation, protocol), f"The request could not be parsed: {_first_line(error)}", 400)
    return ServiceError("SerializationException", _first_line(error), 400)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]


def _code(operation: Any, protocol: str) -> str:
    service = operation.service_model.service_name
    known = _BY_SERVICE.get(service) or _BY_PROTOCOL.get(protocol)
    if known:
        return known
    modeled = {shape.name for shape in operation.error_shapes}
    if protocol == "rest-json":
        return next((name for name in _MODELED if name in modeled), "ValidationException")
    return "ValidationException"


def _of_s3(problems: list[Problem], operation: Any) -> ServiceError:
    first = problems[0]
    member = operation.input_shape.members[first.path[0]] if first.path else None
    in_body = member is None or not member.serialization.get("location")
    # A missing document is a missing body.
    if in_body and first.missing and len(first.path) == 1:
        return ServiceError("MissingRequestBodyError", "Request Body is empty", 400)
    if in_body:
        return ServiceError("MalformedXML", f"{_MALFORMED_XML} ({first.message})", 400)
    return ServiceError("InvalidArgument", first.message, 400)
