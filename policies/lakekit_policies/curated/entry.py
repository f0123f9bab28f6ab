"""One line of the curated list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckovRule:
    """What our reports say about one of checkov's own ids."""

    title: str
    severity: str
    remedy: str
    reference: str = ""
