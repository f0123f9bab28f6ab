"""What a tag policy of a grant matches: a table, and some or all of its columns.

Sources, AWS Lake Formation Developer Guide:

- "Lake Formation tag-based access control": a principal can access only the databases, tables and columns that have
  the LF-tags of the expression; every key has to match one of its values.
- "Assigning LF-tags to Data Catalog resources": a value that is assigned to a column replaces the inherited one.
- "Lake Formation tag-based access control notes and restrictions": "If a LF-tag expression evaluation results in
  access to only a subset of table columns, but the Lake Formation permission granted when there is a match is one of
  the permissions that required full column access, namely ALTER, DROP, INSERT, or DELETE, then none of those
  permissions is granted. Instead, only DESCRIBE is granted. If the granted permission is ALL (Super), then only SELECT
  and DESCRIBE are granted."

Each expression is evaluated by itself: two grants that match one half of the columns each give none of these
permissions. A policy that matches columns, and not the table, is a match as well: it gives access to these columns. It
gives none of the four permissions even if it matches every column: they are permissions on the table, which does not
have the LF-tags. The guide does not state this last case; the local cloud refuses it. It shows the columns that match,
as the guide lets principals access only columns that have the LF-tags.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Tags = Mapping[str, frozenset[str]]
"""LF-tag key in lower case to its values; a resource has one value for each key."""

NEED_EVERY_COLUMN: Final = frozenset({"ALTER", "DELETE", "DROP", "INSERT"})
"""Permissions that a tag policy gives only if it matches the table and every column."""


@dataclass(frozen=True, slots=True)
class PolicyMatch:
    """What the expression of a tag policy matches of one table."""

    table: bool
    """Whether the table's own LF-tags match."""
    columns: frozenset[str]
    """The columns whose LF-tags match."""
    every_column: bool
    """Whether these are all columns."""

    @classmethod
    def of(cls, policy: Mapping[str, Any], table: Tags, columns: Mapping[str, Tags]) -> PolicyMatch:
        """Evaluate a tag policy.

        Args:
            policy: the `LFTagPolicy` of a grant, with its expression.
            table: the effective LF-tags of the table.
            columns: the effective LF-tags of each column, in lower case.
        """
        if policy["ResourceType"] != "TABLE":
            return cls(table=False, columns=frozenset(), every_column=False)
        matched = frozenset(one for one, tags in columns.items() if matches(policy, tags))
        return cls(matches(policy, table), matched, len(matched) == len(columns))

    @property
    def is_full(self) -> bool:
        """Whether it matches the table and every column."""
        return self.table and self.every_column

    def permissions(self, granted: frozenset[str]) -> frozenset[str]:
        """The permissions on the table, without SELECT, that a grant of permissions on tables gives."""
        if self.is_full:
            return granted - {"SELECT"}
        if not self.table and not self.columns:
            return frozenset()
        return frozenset({"DESCRIBE"} if granted & (NEED_EVERY_COLUMN | {"DESCRIBE"}) else ())


def matches(policy: Mapping[str, Any], tags: Tags) -> bool:
    """Whether the expression of a tag policy matches the LF-tags of a resource; an empty one matches nothing."""
    expression = policy.get("Expression") or ()
    return bool(expression) and not any(_unmatched(expression, tags))


def why_not_full(policy: Mapping[str, Any], table: Tags, columns: Mapping[str, Tags]) -> str:
    """Why a tag policy that matches a part of a table is not a grant on all of it.

    Names the LF-tag expression, and the table or the column with the LF-tag that it does not match. Empty if the policy
    matches nothing of the table, or all of it.
    """
    match = PolicyMatch.of(policy, table, columns)
    if match.is_full or not (match.table or match.columns):
        return ""
    text = expression_text(policy)
    if not match.table:
        return f"the LF-tag expression {text} matches columns, but not the table ({_missed(policy, table)})"
    missed = [f"{one} ({_missed(policy, tags)})" for one, tags in columns.items() if one not in match.columns]
    word = "column" if len(missed) == 1 else "columns"
    return f"the LF-tag expression {text} matches the table, but not its {word} {', '.join(missed)}"


def expression_text(policy: Mapping[str, Any]) -> str:
    """The expression as text: `classification in internal, public and zone in curated`."""
    parts = sorted(policy.get("Expression") or (), key=lambda part: str(part["TagKey"]).lower())
    return " and ".join(f"{part['TagKey'].lower()} in {', '.join(sorted(part['TagValues']))}" for part in parts)


def _missed(policy: Mapping[str, Any], tags: Tags) -> str:
    """The LF-tags for which an expression does not match: `classification: restricted`."""
    keys = [str(part["TagKey"]).lower() for part in _unmatched(policy.get("Expression") or (), tags)]
    return ", ".join(f"{key}: {', '.join(sorted(tags.get(key, ()))) or 'none'}" for key in sorted(keys))


def _unmatched(expression: Any, tags: Tags) -> Iterator[Mapping[str, Any]]:
    for part in expression:
        if not tags.get(str(part["TagKey"]).lower(), frozenset()) & set(part["TagValues"]):
            yield part
