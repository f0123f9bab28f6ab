"""What is wrong with a request, in the words of AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SHOWN: Final = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One member of a request that its service model does not admit."""

    path: tuple[str, ...]
    """Names of the member and the structures around it, as the model writes them; items of a list by number."""
    constraint: str
    """``Member must have length less than or equal to 128``."""
    value: str | None = None
    """The value; None if it is missing or sensitive."""
    missing: bool = False

    @property
    def member(self) -> str:
        """The path as in AWS's messages: ``tags.1.member.key``."""
        return ".".join(_name(part) for part in self.path)

    @property
    def message(self) -> str:
        """``Value 'x' at 'roleName' failed to satisfy constraint: …``."""
        shown = " null" if self.missing else "" if self.value is None else f" '{self.value[:_SHOWN]}'"
        return f"Value{shown} at '{self.member}' failed to satisfy constraint: {self.constraint}"


def _name(part: str) -> str:
    return f"{part}.member" if part.isdecimal() else part[:1].lower() + part[1:]
