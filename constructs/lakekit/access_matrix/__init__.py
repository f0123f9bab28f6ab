"""Access matrix: the access of each role to each product, on each plane and as declared."""

from __future__ import annotations

from lakekit.access_matrix.compare import (
    classified_differently,
    conflicts,
    differences,
    not_compared,
    tagged_differently,
)
from lakekit.access_matrix.expected import Product, expected
from lakekit.access_matrix.lake_formation import lake_matrix
from lakekit.access_matrix.matrix import AccessLevel, Cell, Matrix
from lakekit.access_matrix.snowflake import snowflake_matrix
from lakekit.access_matrix.snowflake_policies import PolicyMismatchError

__all__ = [
    "AccessLevel",
    "Cell",
    "Matrix",
    "PolicyMismatchError",
    "Product",
    "classified_differently",
    "conflicts",
    "differences",
    "expected",
    "lake_matrix",
    "not_compared",
    "snowflake_matrix",
    "tagged_differently",
]
