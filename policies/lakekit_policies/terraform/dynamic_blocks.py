"""Mark unknown values inside dynamic blocks, which the configuration of a plan does not list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

UNKNOWN: Final = "${unknown}"
"""Text in place of an unknown value of a dynamic block."""


def is_in(value: Any) -> bool:
    """Whether a value contains unknown values of dynamic blocks."""
    if isinstance(value, Mapping):
        return any(map(is_in, value.values()))
    return any(map(is_in, value)) if isinstance(value, list) else value == UNKNOWN


def fill(value: Any, unknown: Any) -> Any:
    """The blocks of a dynamic block with ``UNKNOWN`` for what is unknown in them; other values are kept.

    They have no expressions: whether the configuration sets an unknown value is not known either.
    """
    if not (isinstance(value, list) and isinstance(unknown, list) and len(value) == len(unknown)):
        return value
    made = [
        _block(block, later) if isinstance(block, Mapping) and isinstance(later, Mapping) else block
        for block, later in zip(value, unknown, strict=True)
    ]
    return made if any(new is not old for new, old in zip(made, value, strict=True)) else value


def _block(block: Mapping[str, Any], unknown: Mapping[str, Any]) -> Mapping[str, Any]:
    added = {}
    for name, later in unknown.items():
        found = UNKNOWN if later is True and block.get(name) is None else fill(block.get(name), later)
        if found is not block.get(name):
            added[name] = found
    return {**block, **added} if added else block
