"""Errors of queries."""

from __future__ import annotations


class QueryError(Exception):
    """Why a query fails, as Athena states it: `SYNTAX_ERROR: …`."""
