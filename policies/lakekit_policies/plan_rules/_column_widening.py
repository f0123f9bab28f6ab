"""Whether the change of a column selection of Lake Formation includes more columns.

Source: AWS Lake Formation API reference, ``TableWithColumnsResource`` and ``DataCellsFilter``: a list of columns or
nested fields, or every column except those excluded. Columns that are added to the table later belong to the latter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.plan_rules._created_resources import as_texts

_NAMES: Final = "column_names"
_EXCLUDED: Final = "excluded_column_names"
COLUMN_NAMES: Final = (_NAMES, _EXCLUDED)
WILDCARDS: Final = ("wildcard", "column_wildcard")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Names of columns and of nested fields, in lower case.

    Attributes:
        names: the selected ones, or the excluded ones of a wildcard.
        is_wildcard: whether every other column is selected.
    """

    names: frozenset[str]
    is_wildcard: bool

    def __str__(self) -> str:
        listed = ", ".join(sorted(self.names))
        if self.is_wildcard:
            return f"every column except {listed}" if listed else "every column"
        return listed or "no column"


def columns_widened(before: Any, after: Any, after_unknown: Any = None) -> bool:
    """Whether a block selects a column that it did not select before.

    Args:
        before: the block, in a list or alone; without a list of columns and without a wildcard it selects nothing.
        after: the same after the change; without a list of columns it selects every column.
        after_unknown: what is not known before apply. Unknown names can be any column, unknown exclusions none.
    """
    had, has = _columns(before, is_wildcard=False), _columns(after, is_wildcard=True, unknown=after_unknown)
    if not any(map(_is_stated, (before, after, after_unknown))):
        return False
    if has.is_wildcard:
        return not (had.is_wildcard and all(_covers(has.names, name) for name in had.names))
    if had.is_wildcard:
        return any(_covers({one}, other) or _covers({other}, one) for one in had.names for other in has.names)
    return not all(_covers(had.names, name) for name in has.names)


def shown_columns(before: Any, after: Any, after_unknown: Any = None) -> str:
    """Both selections for a message."""
    has = _columns(after, is_wildcard=True, unknown=after_unknown)
    return f"{_columns(before, is_wildcard=False)} becomes {has}"


def without_columns(value: Any) -> Any:
    """A block without its selection of columns: what identifies the table."""
    if isinstance(value, list):
        return [without_columns(item) for item in value]
    if isinstance(value, Mapping):
        return {key: item for key, item in value.items() if key not in (_NAMES, _EXCLUDED, *WILDCARDS)}
    return value


def _columns(value: Any, *, is_wildcard: bool, unknown: Any = None) -> _Columns:
    block, later = _block(value), _block(unknown)
    for name in WILDCARDS:
        stated = block.get(name)
        if stated or stated == {}:
            # The provider states exclusions beside `wildcard` and inside of `column_wildcard`.
            excluded = [*as_texts(block.get(_EXCLUDED)), *as_texts(_block(stated).get(_EXCLUDED))]
            return _Columns(_lower(excluded), is_wildcard=True)
    # Beside a wildcard the provider computes the names: unknown in every update. AWS takes only one of the two.
    if later.get(_NAMES):
        return _Columns(frozenset(), is_wildcard=True)
    if names := as_texts(block.get(_NAMES)):
        return _Columns(_lower(names), is_wildcard=False)
    if excluded := as_texts(block.get(_EXCLUDED)):
        return _Columns(_lower(excluded), is_wildcard=True)
    return _Columns(frozenset(), is_wildcard)


def _is_stated(value: Any) -> bool:
    """Whether a block selects columns at all."""
    return any(_block(value).get(name) not in (None, [], False) for name in (_NAMES, _EXCLUDED, *WILDCARDS))


def _block(value: Any) -> Mapping[str, Any]:
    found = value[0] if isinstance(value, list) and value else value
    return found if isinstance(found, Mapping) else {}


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)


def _covers(names: Iterable[str], name: str) -> bool:
    """Whether a name, or the column that contains it, is one of them."""
    return any(name == one or name.startswith(f"{one}.") for one in names)
