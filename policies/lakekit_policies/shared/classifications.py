"""Levels of the classification of data."""

from __future__ import annotations

from typing import Final

CLASSIFICATIONS: Final = ("public", "internal", "confidential", "restricted")
"""Default values of the LF-tag `classification`, from what everyone may read to what few may read."""
