"""Masking and row access policies as data in the stack's metadata, next to their SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list, nested


def arguments(block: Block) -> list[str]:
    """Names of a policy's arguments."""
    return [str(argument.get("name", "")).strip('"') for argument in nested(block, "argument")]


def body(block: Block) -> str:
    """A policy's body; the engine reads the SQL texts ``TRUE`` and ``FALSE`` as truth values, ``0`` as a number."""
    value = block.get("body")
    return str(value).upper() if isinstance(value, bool) else "" if value is None else str(value)


def declared_viewers(address: str) -> frozenset[str] | None:
    """Roles that may see values through a masking policy; None if the metadata does not list the policy."""
    for data in _policies("masking_policies"):
        if address in (data.get("masks") or {}):
            return frozenset(str(one.get("role")).upper() for one in as_list(data.get("clearances")))
    return None


def declared_unrestricted_roles(address: str) -> frozenset[str] | None:
    """Roles that may see every row through a row access policy; None if the metadata does not list the policy."""
    for data in _policies("row_policy"):
        if data.get("policy") == address:
            return frozenset(str(role).upper() for role in as_list(data.get("unrestricted_roles")))
    return None


def _policies(kind: str) -> list[Mapping[str, Any]]:
    return [data for data in stack_context.current().snowflake_policies if data.get("kind") == kind]
