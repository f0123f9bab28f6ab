"""Two matrices beside each other."""

from __future__ import annotations

from lakekit.access_matrix.matrix import Key, Matrix

MISSING = "not there"


def conflicts(one: Matrix, other: Matrix) -> dict[Key, tuple[str, str]]:
    """Where two planes say different things of the products that both have."""
    both = set(one.products) & set(other.products)
    return {key: said for key, said in differences(one, other).items() if key[1] in both}


def differences(before: Matrix, after: Matrix) -> dict[Key, tuple[str, str]]:
    """Every cell that differs, with what each says; a cell that one does not have is "not there"."""
    was, now = before.rights(), after.rights()
    return {
        key: (was.get(key, MISSING), now.get(key, MISSING))
        for key in sorted(was.keys() | now.keys())
        if was.get(key, MISSING) != now.get(key, MISSING)
    }
