"""Differences of policy documents: requests that are allowed, or no longer denied, after a change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, Final

from lakekit_policies.iam.constraints import Clause
from lakekit_policies.iam.requests import Requests, Walk, clauses_of
from lakekit_policies.iam.statements import Principal, Statement, statements_of
from lakekit_policies.wildcards import TooComplexError

_REFERENCE: Final = re.compile(r"\$\{([a-z][a-z0-9]*_[a-z0-9_]+\.[\w-]+)\.(\w+)\}")
_EVERYTHING_BUT: Final = "everything but "


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
    gained = [
        part
        for statement in allowed_after
        if statement not in known
        for part in _parts(statement)
        if _remains(part, [*denied_after, *allowed_before])
    ]
    kept = set(denied_after)
    lost = [
        part
        for statement in denied_before
        if statement not in kept
        for part in _parts(statement)
        if _remains(part, denied_after)
    ]
    return [*_lines("+ Allow", gained), *_lines("- Deny", lost)]


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
    principals = _items([one.name for one in statement.principals or ()], statement.not_principals)
    actions = _items(statement.actions, statement.not_actions)
    resources = _items(statement.resources, statement.not_resources)
    for principal, action, resource in product(principals, actions, resources):
        yield _Part(_narrowed(statement, principal, action, resource), principal, action, resource)


def _items(items: Iterable[str] | None, excluded: Iterable[Principal | str] | None) -> list[str]:
    if excluded is not None:
        names = sorted(one.name if isinstance(one, Principal) else one for one in excluded)
        return [_EVERYTHING_BUT + ", ".join(names)]
    return list(dict.fromkeys(items or ())) or [""]


def _narrowed(statement: Statement, principal: str, action: str, resource: str) -> Statement:
    """The statement with one of its principals, actions and resources."""
    return replace(
        statement,
        principals=tuple(one for one in statement.principals if one.name == principal)
        if statement.principals is not None
        else None,
        actions=(action,) if statement.actions is not None else None,
        resources=(resource,) if statement.resources is not None else None,
    )


def _remains(part: _Part, covering: Iterable[Statement]) -> bool:
    """Whether a request matches the part and none of the covering statements."""
    clauses = tuple(map(clauses_of, covering))
    try:
        return any(
            True
            for start in Requests().matching(clauses_of(part.statement))
            for _ in Walk().avoiding_all(start, _overlapping(start, clauses))
        )
    except TooComplexError:
        return True


def _overlapping(start: Requests, covering: tuple[tuple[Clause, ...], ...]) -> tuple[tuple[Clause, ...], ...]:
    return tuple(clauses for clauses in covering if next(start.matching(clauses), None) is not None)


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
