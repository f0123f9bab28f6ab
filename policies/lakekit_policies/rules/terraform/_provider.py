"""Provider blocks of a synthesized stack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lakekit_policies.terraform.blocks import as_list


def aws_providers(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Address and block of each AWS provider; an empty block for AWS resources without a provider block."""
    blocks = as_list((document.get("provider") or {}).get("aws"))
    if not blocks and any(kind.startswith("aws_") for kind in document.get("resource") or {}):
        blocks = [{}]
    for block in blocks:
        alias = block.get("alias")
        yield f"provider.aws.{alias}" if alias else "provider.aws", block
