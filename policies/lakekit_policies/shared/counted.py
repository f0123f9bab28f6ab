"""Numbers with their noun in messages."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 stack`, `2 stacks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
