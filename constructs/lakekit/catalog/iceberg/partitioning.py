"""Partition specs and sort orders in SQL notation.

Sources: Iceberg table specification, "Partition Transforms", "Sorting" and "Appendix C".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_TIMES: Final = ("date", "timestamp", "timestamptz")
_WHOLE: Final = (
    "int",
    "long",
    "decimal",
    "date",
    "time",
    "timestamp",
    "timestamptz",
    "string",
    "uuid",
    "fixed",
    "binary",
)
# Types that each transform accepts.
_TRANSFORMS: Final[dict[str, tuple[str, ...]]] = {
    "year": _TIMES,
    "month": _TIMES,
    "day": _TIMES,
    "hour": ("timestamp", "timestamptz"),
    "bucket": _WHOLE,
    "truncate": ("int", "long", "decimal", "string", "binary"),
}
_PARTITION = re.compile(r"(?:(\w+)\(\s*(?:(\d+)\s*,\s*)?(\w+)\s*\)|(\w+))\Z")
_SORT = re.compile(r"(\w+)(?:\s+(asc|desc))?(?:\s+nulls\s+(first|last))?\Z", re.IGNORECASE)
# Partition field ids start here (specification, "Partition Specs").
_FIRST_PARTITION_ID: Final = 1000


@dataclass(frozen=True, slots=True)
class Partition:
    """One field of a partition spec: `day(ordered_at)`, `bucket(16, id)`, `truncate(4, code)` or `region`."""

    column: str
    transform: str = "identity"
    width: int | None = None

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, str]) -> Partition:
        """Read a partition field and check it against the columns' types.

        Raises:
            ValueError: not a transform, not a column, or not for that type.
        """
        match = _PARTITION.match(text.strip())
        if not match:
            raise ValueError(f"{text!r} is not a partition field, such as day(ordered_at), bucket(16, id) or region")
        transform, width, column, plain = match.groups()
        if plain:
            _column(plain, columns)
            return cls(plain)
        if transform not in _TRANSFORMS:
            raise ValueError(f"{transform!r} is not a transform: {', '.join(_TRANSFORMS)}")
        kind = _column(column, columns)
        if re.split(r"[(\[]", kind)[0] not in _TRANSFORMS[transform]:
            raise ValueError(f"{transform} cannot take {column}, which is {kind}")
        if (transform in {"bucket", "truncate"}) != (width is not None and int(width) > 0):
            raise ValueError(f"{text!r}: bucket and truncate take a positive number first, the others none")
        return cls(column, transform, int(width) if width else None)

    def json(self, index: int, ids: Mapping[str, int]) -> dict[str, Any]:
        """The field in Iceberg's JSON."""
        transform = f"{self.transform}[{self.width}]" if self.width else self.transform
        return {
            "source-id": ids[self.column],
            "field-id": _FIRST_PARTITION_ID + index,
            "name": self.column if self.transform == "identity" else f"{self.column}_{self.transform}",
            "transform": transform,
        }


@dataclass(frozen=True, slots=True)
class Sort:
    """One field of a sort order: `ordered_at`, `ordered_at desc`, `ordered_at desc nulls first`."""

    column: str
    direction: str = "asc"
    nulls: str = "first"

    @classmethod
    def parse(cls, text: str, columns: Mapping[str, str]) -> Sort:
        """Read a sort field and check its column.

        Raises:
            ValueError: not a sort field, or not a column.
        """
        match = _SORT.match(text.strip())
        if not match:
            raise ValueError(f"{text!r} is not a sort field, such as `ordered_at desc nulls last`")
        _column(match[1], columns)
        direction = (match[2] or "asc").lower()
        return cls(match[1], direction, (match[3] or ("first" if direction == "asc" else "last")).lower())

    def json(self, ids: Mapping[str, int]) -> dict[str, Any]:
        """The field in Iceberg's JSON."""
        return {
            "transform": "identity",
            "source-id": ids[self.column],
            "direction": self.direction,
            "null-order": f"nulls-{self.nulls}",
        }


def _column(name: str, columns: Mapping[str, str]) -> str:
    if name not in columns:
        raise ValueError(f"{name!r} is not a column; columns: {', '.join(columns)}")
    return columns[name]
