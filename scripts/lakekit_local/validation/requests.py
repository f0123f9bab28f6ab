"""Parse and validate a request."""

from __future__ import annotations

from functools import cache
from typing import Any

from lakekit_local.validation.checks import InputChecks
from lakekit_local.validation.errors import error_of, error_of_parser
from lakekit_local.validation.wire_types import STRICT_PARSERS


@cache
def _checks_of(service: str) -> InputChecks:
    return InputChecks(service)


def parse(operation: Any, protocol: str, request: dict[str, Any]) -> dict[str, Any]:
    """The parameters of a request by its operation's model.

    Args:
        operation: the operation.
        protocol: protocol of the request.
        request: the request, as moto's parsers take it.

    Raises:
        ServiceError: the request does not have the form of the model, or a value that the model does not admit.
    """
    try:
        params: dict[str, Any] = STRICT_PARSERS[protocol](operation).parse(request)
    except Exception as error:  # moto's parsers raise what the value happens to cause
        raise error_of_parser(error, operation, protocol) from error
    _drop_absent_lists(operation, params)
    checks = _checks_of(operation.service_model.service_name)
    if problems := checks.problems(operation, params):
        raise error_of(problems, operation, protocol)
    return params


def _drop_absent_lists(operation: Any, params: dict[str, Any]) -> None:
    """Remove lists that the query does not have: moto's parsers return empty ones, which no query can contain."""
    members = operation.input_shape.members if operation.input_shape else {}
    for name, shape in members.items():
        if shape.type_name == "list" and shape.serialization.get("location") == "querystring" and not params.get(name):
            params.pop(name, None)
