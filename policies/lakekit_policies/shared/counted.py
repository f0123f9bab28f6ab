"""Numbers with their noun in messages."""

from __future__ import annotations


def counted(number: int | None, noun: str, several: str = "") -> str:
    """Return a number with its noun: `1 stack`, `2 stacks`.

    Args:
        number: the number, as pydantic states it; None is printed as it is.
        noun: the noun for one.
        several: the noun for other numbers; the noun and an s by default.
    """
    return f"{number} {noun if number == 1 else several or f'{noun}s'}"
