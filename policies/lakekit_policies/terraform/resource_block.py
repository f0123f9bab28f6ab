"""One resource or data source as it is written in a synthesized stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from lakekit_policies.terraform.blocks import as_list

META_ARGUMENTS: Final = frozenset(
    {"//", "count", "for_each", "depends_on", "provider", "lifecycle", "connection", "provisioner"}
)
"""Terraform's meta-arguments and cdktf's comment: a plan does not list them among a resource's values."""


@dataclass(frozen=True, slots=True)
class ResourceBlock:
    """One ``resource`` or ``data`` block as it is written."""

    mode: str
    """``managed`` or ``data``."""
    kind: str
    """Resource type, such as ``aws_s3_bucket``."""
    name: str
    body: Mapping[str, Any]

    @property
    def address(self) -> str:
        return f"data.{self.kind}.{self.name}" if self.mode == "data" else f"{self.kind}.{self.name}"

    @property
    def path(self) -> str:
        """Construct path, as cdktf writes it; empty for a block that cdktf did not write."""
        path = cdktf_metadata(self.body).get("path")
        return path if isinstance(path, str) else ""

    @property
    def lifecycle(self) -> list[Mapping[str, Any]]:
        return as_list(self.body.get("lifecycle"))

    @property
    def arguments(self) -> dict[str, Any]:
        """The body without meta-arguments."""
        return {name: value for name, value in self.body.items() if name not in META_ARGUMENTS}


def cdktf_metadata(body: Mapping[str, Any]) -> Mapping[str, Any]:
    comment = body.get("//")
    metadata = comment.get("metadata") if isinstance(comment, Mapping) else None
    return metadata if isinstance(metadata, Mapping) else {}
