"""Errors of the comparison with the last apply."""

from __future__ import annotations


class InputsUnknownError(Exception):
    """The inputs cannot be determined, so the stack counts as changed."""
