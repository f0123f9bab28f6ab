"""Whose KMS key a value names."""

from __future__ import annotations

from typing import Any

from lakekit_policies.terraform.blocks import Block, reference


def key_problem(value: Any, what: str) -> str | None:
    """Why a key id is not a key of our own, or None when it is.

    A reference to a key resource is ours by construction; a key or alias ARN is ours unless it is one of
    the ``alias/aws/…`` keys that AWS manages, whose policy nobody can restrict.
    """
    if value in (None, ""):
        return f"{what} names no KMS key, so AWS picks one that it manages itself"
    if reference(value) is None and "alias/aws/" in str(value):
        return f"{what} uses {value}, a key that AWS manages and whose policy cannot be narrowed"
    return None


def key_identifiers(block: Block) -> set[Any]:
    """What others may call a key by once it exists (before that they refer to its address)."""
    return {value for name in ("id", "key_id", "arn") if isinstance(value := block.get(name), str)}
