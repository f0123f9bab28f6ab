"""Whether something is inside the trust boundary."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Self


class Membership(StrEnum):
    """Inside, outside, or not decided by what is known."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"

    @property
    def is_inside(self) -> bool:
        """Whether it is known to be inside; unknown does not count."""
        return self is Membership.INSIDE

    @classmethod
    def all_of(cls, parts: Iterable[Self]) -> Self:
        """Membership of a set: outside if one part is, else unknown if one part is; inside if it is empty."""
        found = set(parts)
        for worst in (cls.OUTSIDE, cls.UNKNOWN):
            if worst in found:
                return cls(worst)
        return cls(cls.INSIDE)

    @classmethod
    def any_of(cls, parts: Iterable[Self]) -> Self:
        """Membership of something that is inside if one part is: outside if all parts are, or there is none."""
        found = set(parts)
        for best in (cls.INSIDE, cls.UNKNOWN):
            if best in found:
                return cls(best)
        return cls(cls.OUTSIDE)
