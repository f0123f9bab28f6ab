"""Schedules as AWS writes them, read before AWS does: `cron(…)` and `rate(…)`."""

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
    words: tuple[str, ...] = ()
    special: str = ""


# EventBridge Scheduler user guide, "Cron-based schedules"; Glue takes the same six fields.
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
    """A schedule that can be parsed.

    Attributes:
        expression: as it was given.
        shortest_minutes: no two runs are closer together than this; what is above an hour counts as an hour.
    """

    expression: str
    shortest_minutes: int

    @classmethod
    def parse(cls, expression: str) -> Schedule:
        """Read `cron(0 6 * * ? *)` or `rate(1 hour)`.

        Raises:
            ValueError: says which part is wrong, and what is allowed there.
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
                f"{expression!r} has {len(parts)} fields; cron takes 6: {', '.join(field.name for field in _FIELDS)}"
            )
        if (parts[2] == "?") == (parts[4] == "?"):
            raise ValueError(f"{expression!r}: exactly one of day of month and day of week is ?")
        values = [_values(part, field, expression) for part, field in zip(parts, _FIELDS, strict=True)]
        return cls(expression, _closest(values[0], values[1]))

    @property
    def is_cron(self) -> bool:
        """Whether it is of the form that Glue takes."""
        return self.expression.startswith("cron(")


def _closest(minutes: list[int], hours: list[int]) -> int:
    """The shortest gap between two runs, 60 at most."""
    gaps = [later - sooner for sooner, later in itertools.pairwise(minutes)]
    follows = any((hour + 1) % 24 in hours for hour in hours)
    if follows:
        gaps.append(minutes[0] + 60 - minutes[-1])
    return min([*gaps, 60])


def _values(part: str, field: _Field, expression: str) -> list[int]:
    """The values that a field stands for; for L, W and # it is enough that they are well formed."""
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
        raise ValueError(f"{expression!r}: {item} in {field.name} has no step such as 0/15")
    first, dash, last = span.partition("-")
    if span == "*":
        low, high = field.low, field.high
    else:
        low = _number(first, field, expression)
        high = _number(last, field, expression) if dash else (field.high if slash else low)
    if low > high:
        raise ValueError(f"{expression!r}: {span} in {field.name} runs backwards")
    return set(range(low, high + 1, int(step) if slash else 1))


def _number(text: str, field: _Field, expression: str) -> int:
    if text in field.words:
        return field.words.index(text) + field.low
    if not text.isdigit() or not field.low <= int(text) <= field.high:
        words = f" or {field.words[0]} to {field.words[-1]}" if field.words else ""
        raise ValueError(
            f"{expression!r}: {text or 'nothing'} in {field.name}; {field.low} to {field.high}{words} is allowed"
        )
    return int(text)
