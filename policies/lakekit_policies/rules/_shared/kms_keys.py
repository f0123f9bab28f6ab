"""Checks of KMS key ids."""

from __future__ import annotations

from typing import Any

from lakekit_policies.terraform.blocks import Block, reference


def key_problem(value: Any, label: str) -> str | None:
    """Message if a value is not a customer managed key, or None.

    References to key resources, key ARNs and aliases are customer managed keys, except ``alias/aws/…``: the policy of
    an AWS managed key cannot be restricted.
    """
    if value in (None, ""):
        return f"{label} has no KMS key; set a customer managed key"
    if reference(value) is None and "alias/aws/" in str(value):
        return f"{label} uses the AWS managed key {value}; set a customer managed key"
    return None


def key_identifiers(block: Block) -> set[Any]:
    """Identifiers of an existing key; new keys are referred to by address."""
    return {value for name in ("id", "key_id", "arn") if isinstance(value := block.get(name), str)}
