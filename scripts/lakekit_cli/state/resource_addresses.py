"""Terraform addresses of deployed resources by ARN, from the states of local stacks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lakekit_policies.shared.regular_file import read_regular_text


@dataclass(frozen=True)
class ResourceAddresses:
    """Addresses with their stack, by ARN: ``local-sales-jobs: aws_iam_role.Sales_Load_Role_1234``."""

    by_arn: Mapping[str, str]

    @classmethod
    def of_local_stacks(cls, root: Path) -> Self:
        """Read the states of the local stacks of a project; a state that cannot be read has no resources."""
        found: dict[str, str] = {}
        for file in sorted((root / ".lakekit" / "state").glob("*.tfstate")):
            found |= _addresses(file.stem, _read(file))
        return cls(found)

    def of_arn(self, arn: str) -> str:
        """The address of a resource, or of the bucket of an object; empty if no local stack manages it."""
        if arn in self.by_arn:
            return self.by_arn[arn]
        return self.by_arn.get(arn.partition("/")[0], "") if arn.startswith("arn:aws:s3:::") else ""

    def of_principal(self, arn: str) -> str:
        """The address of a user, or of the role of a session."""
        parts = arn.split(":", 5)
        if len(parts) == 6 and parts[5].startswith("assumed-role/"):
            role = parts[5].split("/")[1]
            suffix = f":{parts[4]}:role/"
            return next(
                (
                    address
                    for known, address in self.by_arn.items()
                    if suffix in known and known.rpartition("/")[2] == role
                ),
                "",
            )
        return self.by_arn.get(arn, "")


def _read(file: Path) -> dict[str, Any]:
    try:
        document = json.loads(read_regular_text(file))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _addresses(stack: str, document: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for resource in document.get("resources", []):
        if resource.get("mode") != "managed":
            continue
        for instance in resource.get("instances", []):
            arn = (instance.get("attributes") or {}).get("arn")
            if isinstance(arn, str) and arn:
                found[arn] = f"{stack}: {resource.get('type')}.{resource.get('name')}"
    return found
