"""Comparison of two access matrices."""

from __future__ import annotations

from lakekit.access_matrix.matrix import Key, Matrix

MISSING = "missing"
UNKNOWN_TAG = "?"
"""Part of the name of a product whose tag is set by a stack that is not among the stacks read."""


def conflicts(one: Matrix, other: Matrix) -> dict[Key, tuple[str, str]]:
    """The cells that differ, of the products that both planes have."""
    both = set(one.products) & set(other.products)
    return {key: labels for key, labels in differences(one, other).items() if key[1] in both}


def tagged_differently(lake: Matrix, snowflake: Matrix) -> dict[str, tuple[str, str]]:
    """Tables that are different products on the two planes: Glue database and table to both products."""
    in_lake = {table: product for product, table in lake.tables.items()}
    return {
        table: (in_lake[table], product)
        for product, table in snowflake.tables.items()
        if in_lake.get(table, product) != product and UNKNOWN_TAG not in f"{in_lake[table]}{product}"
    }


def classified_differently(lake: Matrix, snowflake: Matrix) -> dict[str, tuple[str, str]]:
    """Tables whose columns have other classifications on the two planes: Glue database and table to both."""
    return {
        table: (_text(lake.columns[table]), _text(columns))
        for table, columns in snowflake.columns.items()
        if table in lake.columns and columns != lake.columns[table]
    }


def _text(classified: frozenset[tuple[str, ...]]) -> str:
    return "; ".join(sorted(", ".join(columns) or "none" for columns in classified))


def not_compared(lake: Matrix, snowflake: Matrix) -> list[str]:
    """Tables of the lake in Snowflake for which the lake's stacks, or the stacks with their tags, were not read."""
    different = tagged_differently(lake, snowflake)
    return sorted(
        product
        for product, table in snowflake.tables.items()
        if product not in lake.products and table not in different
    )


def differences(before: Matrix, after: Matrix) -> dict[Key, tuple[str, str]]:
    """The cells that differ, with both labels; `missing` for a cell that one matrix does not have."""
    was, now = before.labels(), after.labels()
    return {
        key: (was.get(key, MISSING), now.get(key, MISSING))
        for key in sorted(was.keys() | now.keys())
        if was.get(key, MISSING) != now.get(key, MISSING)
    }
