"""The rules of checkov that we stand behind, in our words, and those we leave out, with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CheckovRule:
    """What our reports say about one of checkov's own ids."""

    title: str
    severity: str
    remedy: str
    reference: str = ""


CURATED: dict[str, CheckovRule] = {}

NOISE: dict[str, str] = {}
