"""The tags that everything carries."""

from __future__ import annotations

from typing import Final

REQUIRED: Final = ("organization", "environment", "owner", "cost-center", "stack", "managed-by")
