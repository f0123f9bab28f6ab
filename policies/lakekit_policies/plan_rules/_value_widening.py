"""Whether the change of a value that grants access widens it: tag expressions, row filters, privileges, networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlglot
from sqlglot import expressions as exp

from lakekit_policies import sql
from lakekit_policies.plan_rules._created_resources import as_texts
from lakekit_policies.shared.classifications import CLASSIFICATIONS
from lakekit_policies.terraform import stack_context

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


def network_policy_widened(before: str, after: str, policies: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a network policy allows networks that another one does not; true if one of them is not known."""
    known = {_name(policy.get("name")): policy for policy in policies}
    had, has = known.get(_name(before)), known.get(_name(after))
    if _name(before) == _name(after):
        return False
    return (
        had is None
        or has is None
        or any(
            next(items_gained(had.get(name), has.get(name)), None) is not None
            for name in ("allowed_ip_list", "allowed_network_rule_list")
        )
        or any(
            not set(as_texts(had.get(name))) <= set(as_texts(has.get(name)))
            for name in ("blocked_ip_list", "blocked_network_rule_list")
        )
    )


def _name(value: Any) -> str:
    return str(value or "").strip('"').upper()


def tag_expression_widened(before: Any, after: Any) -> bool:
    """Whether an LF-tag expression matches more: every key has to match one of its values.

    https://docs.aws.amazon.com/lake-formation/latest/dg/managing-tag-expressions.html
    """
    had, has = _tags(before), _tags(after)
    return bool(has) and not all(
        "*" in values or (key in has and "*" not in has[key] and has[key] <= values) for key, values in had.items()
    )


def filter_widened(before: str, after: str) -> bool:
    """Whether a row filter can match more rows; an empty filter matches every row.

    A filter that has all conditions of the one before, each of which had to hold, is not searched for a row.
    """
    if before.strip() in ("", after.strip()):
        return False
    if not after.strip():
        return not sql.cell_filter_implies("TRUE", before)
    had, has = _conjuncts(before), _conjuncts(after)
    return had is None or has is None or not (had <= has or sql.cell_filter_implies(after, before))


def classification_raised(before: Any, after: Any) -> bool:
    """Whether the only change is a higher level of classification.

    The order is that of the environment, or the default one for a configuration without metadata. A value that it does
    not contain is compared as the one for which the change widens.

    Args:
        before: tag value, or LF-tags with key and value.
        after: the same after the change.
    """
    levels = stack_context.current().vocabularies.get("classification", CLASSIFICATIONS)
    had, has = _assigned(before), _assigned(after)
    changed = {key for key in {*had, *has} if had.get(key) != has.get(key)}
    return bool(changed) and all(
        key in ("", "classification")
        and _level(had.get(key), levels, missing=len(levels)) < _level(has.get(key), levels, missing=-1)
        for key in changed
    )


def _assigned(value: Any) -> dict[str, str]:
    """Value by tag key; the key is empty for a value alone."""
    if isinstance(value, str):
        return {"": value}
    items = value if isinstance(value, list) else []
    return {str(one.get("key")): str(one.get("value")) for one in items if isinstance(one, Mapping)}


def _level(value: str | None, levels: Sequence[str], *, missing: int) -> int:
    lower = str(value).lower()
    return levels.index(lower) if lower in levels else missing


def policy_widened(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether a masking or row access policy shows more than before."""
    had, has = (str(values.get("body") or "") for values in (before, after))
    arguments, new_arguments = (_arguments(values) for values in (before, after))
    if had == has and arguments == new_arguments:
        return False
    widened = sql.masking_policy_widened if "masking" in kind else sql.row_policy_widened
    return widened(had, has, arguments, new_arguments)


def _arguments(values: Mapping[str, Any]) -> list[str]:
    found = values.get("argument") or values.get("signature") or []
    return [str(one.get("name", "")).strip('"') for one in found if isinstance(one, Mapping)]


def _tags(expression: Any) -> dict[str, frozenset[str]]:
    items = expression if isinstance(expression, list) else []
    return {
        str(item.get("key") or item.get("tag_key")): frozenset(
            map(str, item.get("values") or item.get("tag_values") or ())
        )
        for item in items
        if isinstance(item, Mapping)
    }


def _conjuncts(text: str) -> frozenset[str] | None:
    """The conditions of a filter that all have to hold; None if it cannot be parsed."""
    try:
        parsed = sqlglot.parse_one(text, dialect=_DIALECT)
    except sqlglot.errors.SqlglotError:
        return None
    parts = parsed.flatten() if isinstance(parsed, exp.And) else [parsed]
    return frozenset(part.unnest().sql(dialect=_DIALECT) for part in parts)


def _contains(network: str, item: str) -> bool:
    try:
        outer, inner = ipaddress.ip_network(network), ipaddress.ip_network(item)
    except ValueError:
        return False
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
