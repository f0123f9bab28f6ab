"""Who is everyone, in the words of Lake Formation."""

from __future__ import annotations

from typing import Final

EVERYONE: Final = ("IAM_ALLOWED_PRINCIPALS", "EVERYONE", "ALL_IAM_PRINCIPALS")


def is_everyone(principal: str) -> bool:
    """Whether a principal is a group of all: by keyword, or ``<account>:IAMPrincipals``."""
    return principal.upper() in EVERYONE or principal.endswith(":IAMPrincipals") or principal == "*"
