"""Validation of `cron(…)` and `rate(…)` expressions at synth."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Final

_RATE: Final = re.compile(r"rate\((\d+) (minute|minutes|hour|hours|day|days)\)\Z")
_CRON: Final = re.compile(r"cron\(([^()]+)\)\Z")
_MINUTES: Final = {"minute": 1, "hour": 60, "day": 1440}
_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    special: str = ""


# EventBridge Scheduler user guide, "Cron-based schedules"; Glue uses the same six fields.
_FIELDS: Final = (
    _Field("minutes", 0, 59),
    _Field("hours", 0, 23),
    _Field("day of month", 1, 31, special=r"L|LW|\d{1,2}W"),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of week", 1, 7, _DAYS, special=r"L|(?:[1-7]|[A-Z]{3})L|(?:[1-7]|[A-Z]{3})#[1-5]"),
    _Field("year", 1970, 2199),
)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Valid schedule.

    Attributes:
        expression: the expression as given.
        shortest_minutes: minimum interval between two runs in minutes, at most 60.
    """

    expression: str
    shortest_minutes: int

    @classmethod
    def parse(cls, expression: str) -> Schedule:
        """Parse `cron(0 6 * * ? *)` or `rate(1 hour)`.

        Raises:
            ValueError: malformed; the message names the part and the allowed values.
        """
        rate = _RATE.match(expression)
        if rate:
            number, unit = int(rate[1]), rate[2]
            if number < 1 or (number == 1) == unit.endswith("s"):
                raise ValueError(f"{expression!r}: write rate(1 hour) or rate(2 hours), 1 or more")
            return cls(expression, min(number * _MINUTES[unit.rstrip("s")], 60))
        cron = _CRON.match(expression)
        if not cron:
            raise ValueError(
                f"{expression!r} is neither cron(…) nor rate(…), such as cron(0 6 * * ? *) or rate(1 hour)"
            )
        parts = cron[1].split()
        if len(parts) != len(_FIELDS):
            raise ValueError(
                f"{expression!r}: expected 6 fields ({', '.join(field.name for field in _FIELDS)}), got {len(parts)}"
            )
        if (parts[2] == "?") == (parts[4] == "?"):
            raise ValueError(f"{expression!r}: exactly one of day of month and day of week must be ?")
        values = [_values(part, field, expression) for part, field in zip(parts, _FIELDS, strict=True)]
        return cls(expression, _closest(values[0], values[1]))

    @property
    def is_cron(self) -> bool:
        """Whether it is a cron expression, which Glue requires."""
        return self.expression.startswith("cron(")


def _closest(minutes: list[int], hours: list[int]) -> int:
    """Return the shortest interval between two runs in minutes, at most 60."""
    gaps = [later - earlier for earlier, later in itertools.pairwise(minutes)]
    follows = any((hour + 1) % 24 in hours for hour in hours)
    if follows:
        gaps.append(minutes[0] + 60 - minutes[-1])
    return min([*gaps, 60])


def _values(part: str, field: _Field, expression: str) -> list[int]:
    """Return the values of a field; L, W and # are checked for their form only."""
    if part == "?" and field.name.startswith("day"):
        return []
    found: set[int] = set()
    for item in part.upper().split(","):
        if field.special and re.fullmatch(field.special, item):
            continue
        found |= _range(item, field, expression)
    return sorted(found)


def _range(item: str, field: _Field, expression: str) -> set[int]:
    span, slash, step = item.partition("/")
    if slash and (not step.isdigit() or int(step) < 1):
        raise ValueError(f"{expression!r}: {item} in {field.name} has no valid step, such as 0/15")
    first, dash, last = span.partition("-")
    if span == "*":
        low, high = field.low, field.high
    else:
        low = _number(first, field, expression)
        high = _number(last, field, expression) if dash else (field.high if slash else low)
    if low > high:
        raise ValueError(f"{expression!r}: {span} in {field.name} starts after its end")
    return set(range(low, high + 1, int(step) if slash else 1))


def _number(text: str, field: _Field, expression: str) -> int:
    if text in field.names:
        return field.names.index(text) + field.low
    if not text.isdigit() or not field.low <= int(text) <= field.high:
        names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
        raise ValueError(
            f"{expression!r}: {text or 'nothing'} in {field.name}; allowed: {field.low} to {field.high}{names}"
        )
    return int(text)
