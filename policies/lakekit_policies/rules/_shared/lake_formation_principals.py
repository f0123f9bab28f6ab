"""Lake Formation principals that include everyone."""

from __future__ import annotations

from typing import Final

EVERYONE: Final = ("IAM_ALLOWED_PRINCIPALS", "EVERYONE", "ALL_IAM_PRINCIPALS")


def is_everyone(principal: str) -> bool:
    """Whether a principal includes everyone: by keyword, ``<account>:IAMPrincipals`` or *."""
    return principal.upper() in EVERYONE or principal.endswith(":IAMPrincipals") or principal == "*"
