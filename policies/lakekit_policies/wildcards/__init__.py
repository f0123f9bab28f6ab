"""Exact set operations on patterns with the wildcards ``*`` and ``?``."""

from lakekit_policies.wildcards.automaton import includes, intersects, matches, witness

__all__ = ["includes", "intersects", "matches", "witness"]
