"""Who may see and write what, computed from what was synthesized, on each plane, and from what was declared."""

from __future__ import annotations

from lakekit.access_matrix.compare import differences, disagreements
from lakekit.access_matrix.declared import Product, declared
from lakekit.access_matrix.lake import lake_matrix
from lakekit.access_matrix.matrix import Cell, Matrix, Right
from lakekit.access_matrix.sql import UnreadablePolicyError
from lakekit.access_matrix.warehouse import warehouse_matrix

__all__ = [
    "Cell",
    "Matrix",
    "Product",
    "Right",
    "UnreadablePolicyError",
    "declared",
    "differences",
    "disagreements",
    "lake_matrix",
    "warehouse_matrix",
]
