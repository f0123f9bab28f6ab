"""Exact set operations on patterns with the wildcards ``*`` and ``?``."""

from lakekit_policies.wildcards.automaton import (
    COMPONENT,
    arn_pattern,
    folded,
    has_wildcards,
    includes,
    intersects,
    literal,
    matches,
    shown,
    witness,
)

__all__ = [
    "COMPONENT",
    "arn_pattern",
    "folded",
    "has_wildcards",
    "includes",
    "intersects",
    "literal",
    "matches",
    "shown",
    "witness",
]
