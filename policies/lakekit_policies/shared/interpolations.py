"""Interpolations of Terraform in texts of other languages."""

from __future__ import annotations

from typing import Final

UNKNOWN_NAME: Final = "__UNKNOWN__"
"""Stands for an interpolation in SQL."""


def is_quoted(message: str) -> bool:
    """Whether a message quotes an interpolation, whose value it does not know."""
    return "${" in message or UNKNOWN_NAME in message
