"""Replacement of weak references in restored state."""

from __future__ import annotations

from typing import Any


class StrongReference:
    """Replaces a weak reference after loading: calling it returns the object."""

    def __init__(self, target: Any = None) -> None:
        self.target = target

    def __call__(self) -> Any:
        return self.target
