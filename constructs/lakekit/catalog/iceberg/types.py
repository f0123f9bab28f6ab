"""Iceberg types: parsed from text, numbered for a schema, and written in the notations of Glue and Athena.

Sources: Iceberg table specification, "Schemas and Data Types" and "Appendix C: JSON serialization"; the mapping
to Glue is the one of Iceberg's own Glue catalog; the mapping to Athena is that of Trino's Iceberg connector.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_GLUE: Final = {
    "boolean": "boolean",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
    "date": "date",
    "time": "string",
    "timestamp": "timestamp",
    "timestamptz": "timestamp",
    "string": "string",
    "uuid": "string",
    "binary": "binary",
}
# Without the types that Glue stores as another one (time, timestamptz, uuid, fixed): a view cannot declare them.
_ATHENA: Final = {
    "boolean": "boolean",
    "int": "integer",
    "long": "bigint",
    "float": "real",
    "double": "double",
    "date": "date",
    "timestamp": "timestamp(6)",
    "string": "varchar",
    "binary": "varbinary",
}
PRIMITIVES: Final = (*_GLUE, "decimal(P, S)", "fixed[L]")

_DECIMAL = re.compile(r"decimal\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)\Z")
_FIXED = re.compile(r"fixed\[(\d+)\]\Z")
_FIELD = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)\s*:\s*(.+)\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class IcebergType:
    """A type: its outer kind and its nested types.

    Args:
        kind: a primitive's spelling, or `list`, `map`, `struct`.
        inner: the element; key and value; or the fields of a struct.
        names: the names of a struct's fields.
    """

    kind: str
    inner: tuple[IcebergType, ...] = ()
    names: tuple[str, ...] = ()

    def glue(self) -> str:
        """The type in the notation of Glue, Athena and Hive."""
        match self.kind:
            case "list":
                return f"array<{self.inner[0].glue()}>"
            case "map":
                return f"map<{self.inner[0].glue()},{self.inner[1].glue()}>"
            case "struct":
                fields = (f"{name}:{kind.glue()}" for name, kind in zip(self.names, self.inner, strict=True))
                return f"struct<{','.join(fields)}>"
        if self.kind.startswith("decimal"):
            return self.kind.replace(" ", "")
        return "binary" if self.kind.startswith("fixed") else _GLUE[self.kind]

    def athena(self) -> str:
        """The type in the notation of Athena's SQL, as a view declares it.

        Raises:
            ValueError: a type that a view cannot declare; the message lists those that it can.
        """
        match self.kind:
            case "list":
                return f"array({self.inner[0].athena()})"
            case "map":
                return f"map({self.inner[0].athena()}, {self.inner[1].athena()})"
            case "struct":
                fields = (f'"{name}" {kind.athena()}' for name, kind in zip(self.names, self.inner, strict=True))
                return f"row({', '.join(fields)})"
        if self.kind.startswith("decimal"):
            return self.kind.replace(" ", "")
        if self.kind not in _ATHENA:
            raise ValueError(
                f"a view cannot have the type {self.kind}; it can have {', '.join(_ATHENA)}, decimal(P, S), list<T>, "
                "map<K, V>, struct<name: T>"
            )
        return _ATHENA[self.kind]

    def json(self, number: Callable[[], int]) -> Any:
        """The type in Iceberg's JSON, with field ids from `number` for nested fields."""
        match self.kind:
            case "list":
                id_ = number()
                return {
                    "type": "list",
                    "element-id": id_,
                    "element": self.inner[0].json(number),
                    "element-required": False,
                }
            case "map":
                key_id, value_id = number(), number()
                return {
                    "type": "map",
                    "key-id": key_id,
                    "key": self.inner[0].json(number),
                    "value-id": value_id,
                    "value": self.inner[1].json(number),
                    "value-required": False,
                }
            case "struct":
                ids = [number() for _ in self.inner]
                return {
                    "type": "struct",
                    "fields": [
                        {"id": id_, "name": name, "required": False, "type": kind.json(number)}
                        for id_, name, kind in zip(ids, self.names, self.inner, strict=True)
                    ],
                }
        return self.kind


def parse(text: str) -> IcebergType:
    """`decimal(12, 2)`, `list<string>`, `map<string, long>`, `struct<city: string, zip: string>`.

    Raises:
        ValueError: not an Iceberg type; the message lists them.
    """
    text = text.strip()
    if text in _GLUE:
        return IcebergType(text)
    if match := _DECIMAL.match(text):
        precision, scale = int(match[1]), int(match[2])
        if not (1 <= precision <= 38 and scale <= precision):
            raise ValueError(f"{text!r}: precision is 1 to 38, scale at most the precision")
        return IcebergType(f"decimal({precision}, {scale})")
    if match := _FIXED.match(text):
        return IcebergType(f"fixed[{int(match[1])}]")
    outer, _, rest = text.partition("<")
    if outer in {"list", "map", "struct"} and rest.endswith(">"):
        return _nested(outer, _split(rest[:-1]), text)
    raise ValueError(
        f"{text!r} is not an Iceberg type; there are {', '.join(PRIMITIVES)}, list<T>, map<K, V>, struct<name: T>"
    )


def _nested(outer: str, parts: list[str], text: str) -> IcebergType:
    if outer == "struct":
        fields = [_FIELD.match(part.strip()) for part in parts]
        if not fields or not all(fields):
            raise ValueError(f"{text!r}: a struct is written struct<name: type, …>")
        names = tuple(match[1] for match in fields if match)
        if len(set(names)) != len(names):
            raise ValueError(f"{text!r}: duplicate field name")
        return IcebergType("struct", tuple(parse(match[2]) for match in fields if match), names)
    if len(parts) != (1 if outer == "list" else 2):
        raise ValueError(f"{text!r}: a list takes one type, a map two")
    return IcebergType(outer, tuple(parse(part) for part in parts))


def _split(text: str) -> list[str]:
    """Split a type list at its commas outside of brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in "<([":
            depth += 1
        elif character in ">)]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]
