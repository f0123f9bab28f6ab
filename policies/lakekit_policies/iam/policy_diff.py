"""Differences of policy documents: requests that are allowed, or no longer denied, after a change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final, TypeVar

from lakekit_policies.iam import policy_documents
from lakekit_policies.iam.covering import Covering
from lakekit_policies.iam.requests import Requests, Walk, clauses_of
from lakekit_policies.iam.statements import Principal, Statement, statements_of
from lakekit_policies.wildcards import TooComplexError

_REFERENCE: Final = re.compile(r"\$\{([a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+)\.(\w+)\}")
_UNKNOWN: Final = re.compile(r"(?<!\$)\$\{(?![A-Za-z0-9-]+:[^\s}]+\})")
"""An expression of Terraform, not a policy variable of IAM."""
_GAINED: Final = "+ Allow"
_LOST: Final = "- Deny"
_EVERYTHING_BUT: Final = "everything but "
_COMBINATIONS: Final = 1_000
"""Combinations of principal, action and resource of one statement that are compared one by one, unless it has more of
them; a statement with more is compared by fewer of its elements, each with all of the others."""
_Item = TypeVar("_Item", Principal, str)


@dataclass(frozen=True, slots=True)
class _Part:
    """One principal, action and resource of a statement."""

    statement: Statement
    principal: str
    action: str
    resource: str


def permissions_gained(before: Any, after: Any) -> list[str]:
    """Permissions that a change adds: ``+ Allow …`` and ``- Deny …``; empty if nothing.

    Both documents are compared as sets of requests. A line is reported if there is a request that it matches and that
    was not allowed before, or is not denied any more.

    Args:
        before: the parsed document, None if there was none.
        after: the parsed document, None if there is none.

    Raises:
        MalformedPolicyError: one of them is not a valid policy.
    """
    had, has = _statements(before), _statements(after)
    allowed_before, denied_before = _by_effect(had)
    allowed_after, denied_after = _by_effect(has)
    known = set(allowed_before)
    denied = Covering(map(clauses_of, denied_after))
    covered = Covering(map(clauses_of, [*denied_after, *allowed_before]))
    gained = [
        part
        for statement in allowed_after
        if statement not in known
        for part in _parts(statement)
        if _remains(part, covered)
    ]
    kept = set(denied_after)
    lost = [
        part
        for statement in denied_before
        if statement not in kept
        for part in _parts(statement)
        if _remains(part, denied)
    ]
    return [*_lines(_GAINED, gained), *_lines(_LOST, lost)]


def uncertain(lines: Iterable[str], before: Any, after: Any) -> list[str]:
    """The lines of a difference that depend on values which only apply shows (``${aws_kms_key.K.arn}``).

    A statement that contains one may be the one of before: an Allow statement may add nothing, and a Deny statement may
    deny what another one did.

    Args:
        lines: the result of ``permissions_gained`` for the documents.
        before: the parsed document, None if there was none.
        after: the parsed document, None if there is none.
    """
    statements = policy_documents.statements(after) if isinstance(after, Mapping) and before else []
    unknown = [one for one in statements if _UNKNOWN.search(json.dumps(one))]
    if not unknown:
        return []
    known = {**after, "Statement": [one for one in statements if one not in unknown or one.get("Effect") == "Deny"]}
    certain = set(permissions_gained(before, known))
    if any(one.get("Effect") == "Deny" for one in unknown):
        certain = {one for one in certain if not one.startswith(_LOST)}
    return [one for one in lines if one not in certain]


def resolve_references(text: Any, values: Mapping[str, Mapping[str, Any]]) -> Any:
    """A policy text with references (``${aws_kms_key.K.arn}``) replaced by their planned values."""
    if not isinstance(text, str):
        return text

    def known(match: re.Match[str]) -> str:
        value = values.get(match[1], {}).get(match[2])
        return value if isinstance(value, str) else match[0]

    return _REFERENCE.sub(known, text)


def _statements(document: Any) -> tuple[Statement, ...]:
    if not isinstance(document, Mapping) or not document.get("Statement"):
        return ()
    return statements_of(document)


def _by_effect(statements: Iterable[Statement]) -> tuple[list[Statement], list[Statement]]:
    # A Sid does not change what a statement allows.
    found = [replace(statement, sid="") for statement in statements]
    return [one for one in found if one.allows], [one for one in found if not one.allows]


def _parts(statement: Statement) -> Iterator[_Part]:
    count = sum(len(one or ()) for one in (statement.principals, statement.actions, statement.resources))
    limit = max(count, _COMBINATIONS)
    principals = _items(statement.principals, statement.not_principals, limit)
    actions = _items(statement.actions, statement.not_actions, limit // len(principals))
    resources = _items(statement.resources, statement.not_resources, limit // (len(principals) * len(actions)))
    for (principal, named), (action, called), (resource, held) in product(principals, actions, resources):
        narrowed = replace(statement, principals=named, actions=called, resources=held)
        yield _Part(narrowed, principal, action, resource)


def _items(
    items: tuple[_Item, ...] | None, excluded: tuple[_Item, ...] | None, limit: int
) -> list[tuple[str, tuple[_Item, ...] | None]]:
    """Each item with its name, or all in one if there are more than ``limit``."""
    if excluded is not None:
        return [(_EVERYTHING_BUT + ", ".join(sorted(map(_name, excluded))), None)]
    by_name: dict[str, list[_Item]] = {}
    for item in items or ():
        by_name.setdefault(_name(item), []).append(item)
    if len(by_name) > max(limit, 1):
        names = list(by_name)
        return [(f"{names[0]} and {len(names) - 1} more", items)]
    return [(name, tuple(same)) for name, same in by_name.items()] or [("", items)]


def _name(item: Principal | str) -> str:
    return item.name if isinstance(item, Principal) else item


def _remains(part: _Part, covering: Covering) -> bool:
    """Whether a request matches the part and none of the covering statements."""
    try:
        return any(
            True
            for start in Requests().matching(clauses_of(part.statement))
            for _ in Walk().avoiding_all(start, covering.overlapping(start))
        )
    except TooComplexError:
        return True


def _lines(sign: str, found: Iterable[_Part]) -> Iterator[str]:
    actions: dict[tuple[str, str, str], list[str]] = {}
    for part in found:
        terms = " and ".join(
            f"{condition.operator} {condition.key} {'|'.join(sorted(condition.values))}"
            for condition in sorted(part.statement.conditions, key=str)
        )
        actions.setdefault((part.principal, part.resource, terms), []).append(part.action)
    for (principal, resource, terms), names in sorted(actions.items()):
        line = f"{sign} {', '.join(sorted(set(names)))}"
        line += f" on {resource}" if resource else ""
        line += f" to {principal}" if principal else ""
        yield f"{line} when {terms}" if terms else line
