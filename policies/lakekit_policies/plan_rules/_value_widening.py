"""Whether the change of a value that grants access widens it: tag expressions, row filters, privileges, networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final

import sqlglot
from sqlglot import expressions as sql

from lakekit_policies.plan_rules._created_resources import as_texts

_ALL: Final = frozenset({"ALL", "SUPER"})
_DIALECT: Final = "presto"  # the closest to PartiQL, which row filters of Lake Formation use


def items_gained(before: Any, after: Any) -> Iterator[str]:
    """New items of a list that the items before do not include."""
    known = set(as_texts(before))
    if known & _ALL:
        return
    for item in as_texts(after):
        if item not in known and not any(_contains(network, item) for network in known):
            yield item


def tag_expression_widened(before: Any, after: Any) -> bool:
    """Whether an LF-tag expression matches more: every key has to match one of its values.

    https://docs.aws.amazon.com/lake-formation/latest/dg/managing-tag-expressions.html
    """
    had, has = _tags(before), _tags(after)
    return bool(has) and not all(key in has and has[key] <= values for key, values in had.items())


def filter_widened(before: str, after: str) -> bool:
    """Whether a row filter can match more rows: it lacks one of the conditions, all of which had to hold before."""
    had, has = _conjuncts(before), _conjuncts(after)
    return before.strip() != after.strip() and (had is None or has is None or not had <= has)


def _tags(expression: Any) -> dict[str, frozenset[str]]:
    items = expression if isinstance(expression, list) else []
    return {
        str(item.get("key")): frozenset(map(str, item.get("values") or ()))
        for item in items
        if isinstance(item, Mapping)
    }


def _conjuncts(text: str) -> frozenset[str] | None:
    """The conditions of a filter that all have to hold; None if it cannot be parsed."""
    try:
        parsed = sqlglot.parse_one(text, dialect=_DIALECT)
    except sqlglot.errors.SqlglotError:
        return None
    parts = parsed.flatten() if isinstance(parsed, sql.And) else [parsed]
    return frozenset(part.unnest().sql(dialect=_DIALECT) for part in parts)


def _contains(network: str, item: str) -> bool:
    try:
        outer, inner = ipaddress.ip_network(network), ipaddress.ip_network(item)
    except ValueError:
        return False
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
