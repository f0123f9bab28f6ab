"""Snowflake provider blocks of a synthesized stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lakekit_policies.terraform.blocks import as_list


def snowflake_providers(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Address and block of each Snowflake provider; an empty block for Snowflake resources without one."""
    blocks = as_list((document.get("provider") or {}).get("snowflake"))
    if not blocks and any(kind.startswith("snowflake_") for kind in document.get("resource") or {}):
        blocks = [{}]
    for block in blocks:
        alias = block.get("alias")
        yield f"provider.snowflake.{alias}" if alias else "provider.snowflake", block
