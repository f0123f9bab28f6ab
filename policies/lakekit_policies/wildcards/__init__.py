"""Exact set operations on patterns with the wildcards ``*`` and ``?``."""

from lakekit_policies.wildcards.automaton import (
    COMPONENT,
    arn_pattern,
    beginning,
    folded,
    has_wildcards,
    includes,
    intersects,
    literal,
    matches,
    shown,
    witness,
)
from lakekit_policies.wildcards.effort import TooComplexError

__all__ = [
    "COMPONENT",
    "TooComplexError",
    "arn_pattern",
    "beginning",
    "folded",
    "has_wildcards",
    "includes",
    "intersects",
    "literal",
    "matches",
    "shown",
    "witness",
]
