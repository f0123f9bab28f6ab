"""Parsers of requests that refuse values of another JSON type than the model's, as AWS does.

moto's parsers convert ``"5"`` and ``true`` to integers, and read a body that is not JSON as an empty request.
"""

from __future__ import annotations

import json
from typing import Any, Final

from moto.core.parse import PROTOCOL_PARSERS, JSONParser, RestJSONParser


class WireTypeError(ValueError):
    """A value of another JSON type than the model's."""


_KINDS: Final = {bool: "Boolean", int: "NUMBER_VALUE", float: "NUMBER_VALUE", str: "STRING_VALUE"}


def _refuse(value: Any, wanted: str) -> WireTypeError:
    kind = _KINDS.get(type(value), "Start of structure or map" if isinstance(value, dict) else "Start of list")
    return WireTypeError(f"{kind} can not be converted to {wanted}")


class _Strict(JSONParser):
    """Checks of types in a JSON body; ``_in_body`` is false for headers, paths and queries, which are all text."""

    _in_body = True

    def _parse_body_as_json(self, body_contents: Any) -> Any:
        try:
            parsed = json.loads(body_contents) if body_contents else {}
        except ValueError as error:
            raise WireTypeError(f"the body is not JSON: {error}") from error
        if not isinstance(parsed, dict):
            raise _refuse(parsed, "a structure")
        return parsed

    def _parse_integer(self, shape: Any, value: Any) -> Any:
        if self._in_body and (isinstance(value, bool) or not isinstance(value, int | float) or value != int(value)):
            raise _refuse(value, "an Integer")
        return super()._parse_integer(shape, value)  # type: ignore[no-untyped-call]

    _parse_byte = _parse_short = _parse_long = _parse_integer

    def _parse_float(self, shape: Any, value: Any) -> Any:
        # JSON has no NaN and infinity: they are sent as text.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if self._in_body and not is_number and value not in ("NaN", "Infinity", "-Infinity"):
            raise _refuse(value, "a Float")
        return super()._parse_float(shape, value)  # type: ignore[no-untyped-call]

    _parse_double = _parse_float

    def _parse_structure(self, shape: Any, value: Any) -> Any:
        if value is not None and not isinstance(value, dict) and not shape.is_document_type:
            raise _refuse(value, "a structure")
        return super()._parse_structure(shape, value)  # type: ignore[no-untyped-call]

    def _parse_map(self, shape: Any, value: Any) -> Any:
        if not isinstance(value, dict):
            raise _refuse(value, "a map")
        return super()._parse_map(shape, value)  # type: ignore[no-untyped-call]

    def _parse_list(self, shape: Any, value: Any) -> Any:
        if self._in_body and not isinstance(value, list):
            raise _refuse(value, "a list")
        return super()._parse_list(shape, value)  # type: ignore[no-untyped-call]


class StrictJsonParser(_Strict):
    """Parser of the protocol ``json``."""


class StrictRestJsonParser(_Strict, RestJSONParser):
    """Parser of the protocol ``rest-json``."""

    def _do_parse(self, request_dict: Any, shape: Any) -> Any:
        return RestJSONParser._do_parse(self, request_dict, shape)  # type: ignore[no-untyped-call]

    def _parse_non_payload_attrs(self, *arguments: Any) -> None:
        self._in_body = False
        super()._parse_non_payload_attrs(*arguments)  # type: ignore[no-untyped-call]
        self._in_body = True

    def _parse_host_labels(self, *arguments: Any) -> None:
        self._in_body = False
        super()._parse_host_labels(*arguments)  # type: ignore[no-untyped-call]
        self._in_body = True


STRICT_PARSERS: Final[dict[str, Any]] = {
    **PROTOCOL_PARSERS,
    "json": StrictJsonParser,
    "rest-json": StrictRestJsonParser,
}
"""Parsers by protocol."""
