"""Values of the Snowflake provider: booleans as strings, quoted and unquoted names."""

from __future__ import annotations

import re
from typing import Any, Final

ADMINISTRATORS: Final = frozenset(
    {"ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN", "ORGADMIN", "GLOBALORGADMIN"}
)
PUBLIC_ROLE: Final = frozenset({"PUBLIC"})
BUCKET: Final = re.compile(r"s3(gov|china)?://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/")
"""Storage location with a bucket name, without wildcards."""


def is_true(value: Any) -> bool:
    """Whether a boolean or its string form is true."""
    return str(value).lower() == "true"


def as_number(value: Any) -> float | None:
    """Number from a number or text; None for absent values and expressions."""
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def unquoted(value: Any) -> str:
    """Name without quotes in upper case; empty for absent values."""
    return "" if value is None else str(value).strip('"').upper()


def display(value: Any) -> str:
    """Text of a value in messages."""
    return "not set" if value is None else str(value)
