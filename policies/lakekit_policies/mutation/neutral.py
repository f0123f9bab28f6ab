"""Places where a weakening weakens nothing, each with the reason: they do not count."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Final

from lakekit_policies.mutation.mutant import Mutant

NEUTRAL: Final[tuple[tuple[str, str, str], ...]] = ()
"""Category pattern, ``type.path`` pattern, reason."""


def reason(mutant: Mutant) -> str:
    """Why a mutant does not count; empty if it does."""
    for category, place, why in NEUTRAL:
        if fnmatchcase(mutant.category, category) and fnmatchcase(mutant.place, place):
            return why
    return ""
