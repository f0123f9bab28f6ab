"""Comparison of two access matrices."""

from __future__ import annotations

from lakekit.access_matrix.matrix import Key, Matrix

MISSING = "missing"


def conflicts(one: Matrix, other: Matrix) -> dict[Key, tuple[str, str]]:
    """The cells that differ, of the products that both planes have."""
    both = set(one.products) & set(other.products)
    return {key: labels for key, labels in differences(one, other).items() if key[1] in both}


def differences(before: Matrix, after: Matrix) -> dict[Key, tuple[str, str]]:
    """The cells that differ, with both labels; `missing` for a cell that one matrix does not have."""
    was, now = before.labels(), after.labels()
    return {
        key: (was.get(key, MISSING), now.get(key, MISSING))
        for key in sorted(was.keys() | now.keys())
        if was.get(key, MISSING) != now.get(key, MISSING)
    }
