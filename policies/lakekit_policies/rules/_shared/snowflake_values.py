"""Values as the Snowflake provider writes them: booleans as strings, names with and without quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lakekit_policies.terraform import stack_context

ADMINISTRATORS: Final = frozenset(
    {"ACCOUNTADMIN", "SECURITYADMIN", "USERADMIN", "SYSADMIN", "ORGADMIN", "GLOBALORGADMIN"}
)
PUBLIC_ROLE: Final = frozenset({"PUBLIC"})
BUCKET: Final = re.compile(r"s3(gov|china)?://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/")
"""A location that names a bucket: no wildcard in its place."""


def is_true(value: Any) -> bool:
    """Whether a boolean, or a string that stands for one, is true."""
    return str(value).lower() == "true"


def as_number(value: Any) -> float | None:
    """A number, also as text; None for what is absent or an expression."""
    try:
        return None if value is None or isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        return None


def unquoted(value: Any) -> str:
    """A name without quotes, in upper case; empty for what is absent."""
    return "" if value is None else str(value).strip('"').upper()


def display(value: Any) -> str:
    """A value in a message."""
    return "not set" if value is None else str(value)


def foreign_role(arn: Any, name: str) -> Iterator[str]:
    """A problem where an IAM role is not set, or of another account than the stack's."""
    if not arn:
        yield f"{name} is not set"
        return
    ours = stack_context.current().account_id
    if "${" not in str(arn) and ours and f":{ours}:role/" not in str(arn):
        yield f"{name} {arn} is no role of account {ours}"
