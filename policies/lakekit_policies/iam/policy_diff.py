"""Differences of policy documents: permissions gained, statement by statement."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import product
from typing import Any, Final

from lakekit_policies.iam import policy_documents

Condition = tuple[str, str, frozenset[str]]

_REFERENCE: Final = re.compile(r"\$\{([a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+)\.(\w+)\}")


@dataclass(frozen=True, slots=True)
class Permission:
    """One principal, one action, one resource, and the conditions."""

    effect: str
    principal: str
    action: str
    resource: str
    conditions: frozenset[Condition]

    def covers(self, other: Permission) -> bool:
        """Whether this permission (or denial) includes the other one."""
        return (
            self.effect == other.effect
            and _matches(self.principal, other.principal)
            and _matches(self.action.lower(), other.action.lower())
            and _matches(self.resource, other.resource)
            and all(any(_implies(theirs, ours) for theirs in other.conditions) for ours in self.conditions)
        )


def permissions_gained(before: Any, after: Any) -> list[str]:
    """Permissions that a document adds: ``+ Allow …`` and ``- Deny …``; empty if nothing.

    Args:
        before: the parsed document, None if there was none.
        after: the parsed document.
    """
    had, has = set(permissions(before)), set(permissions(after))
    gained = [r for r in has - had if r.effect == "Allow" and not any(known.covers(r) for known in had)]
    lost_denials = [r for r in had - has if r.effect == "Deny" and not any(still.covers(r) for still in has)]
    return [*_lines("+ Allow", gained), *_lines("- Deny", lost_denials)]


def permissions(document: Any) -> Iterator[Permission]:
    """Every permission of a document."""
    for statement in policy_documents.statements(document):
        conditions = frozenset(
            (operator, key, frozenset(values)) for operator, key, values in policy_documents.conditions(statement)
        )
        for principal, action, resource in product(
            _items_or_negation(statement, "Principal"),
            _items_or_negation(statement, "Action"),
            _items_or_negation(statement, "Resource"),
        ):
            yield Permission(str(statement.get("Effect")), principal, action, resource, conditions)


def resolve_references(text: Any, values: Mapping[str, Mapping[str, Any]]) -> Any:
    """A policy text with references (``${aws_kms_key.K.arn}``) replaced by their planned values."""
    if not isinstance(text, str):
        return text

    def known(match: re.Match[str]) -> str:
        value = values.get(match[1], {}).get(match[2])
        return value if isinstance(value, str) else match[0]

    return _REFERENCE.sub(known, text)


def _items_or_negation(statement: dict[str, Any], key: str) -> list[str]:
    """Items of an element or of its ``Not`` form; a document without the element applies to its own resource."""
    if f"Not{key}" in statement:
        excluded = (
            [name for _, name in policy_documents.principals({"Principal": statement["NotPrincipal"]})]
            if key == "Principal"
            else policy_documents.items(statement, f"Not{key}")
        )
        return ["everything but " + ", ".join(sorted(excluded))]
    if key == "Principal":
        return [name for _, name in policy_documents.principals(statement)] or [""]
    return policy_documents.items(statement, key) or [""]


def _matches(pattern: str, value: str) -> bool:
    if pattern == value:
        return True
    # Brackets are not wildcards in IAM.
    return ("*" in pattern or "?" in pattern) and fnmatchcase(value, pattern.replace("[", "[[]"))


def _implies(stricter: Condition, wider: Condition) -> bool:
    """Whether one condition implies the other: same operator and key, a subset of the values."""
    return stricter[:2] == wider[:2] and stricter[2] <= wider[2]


def _lines(sign: str, found: Iterable[Permission]) -> Iterator[str]:
    actions: dict[tuple[str, str, str], list[str]] = {}
    for permission in found:
        terms = " and ".join(
            f"{operator} {key} {'|'.join(sorted(values))}"
            for operator, key, values in sorted(permission.conditions, key=str)
        )
        actions.setdefault((permission.principal, permission.resource, terms), []).append(permission.action)
    for (principal, resource, terms), names in sorted(actions.items()):
        line = f"{sign} {', '.join(sorted(names))}"
        line += f" on {resource}" if resource else ""
        line += f" to {principal}" if principal else ""
        yield f"{line} when {terms}" if terms else line
