"""Permissions that the Terraform AWS provider needs, by resource type and operation.

The tables are `types/*.toml`, one file per group of services; each entry names the file of the provider's source that
sends the requests. A data source is `data_<type>`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

from lakekit_policies.shared.regular_file import read_regular_text

READ: Final = ("read",)
DEPLOY: Final = ("read", "create", "update", "delete")
FORCE_DESTROY: Final = "force_destroy"
"""Operation of types that delete what a resource contains, if the resource states it."""

_FOLDER: Final = Path(__file__).parent

Permissions = Mapping[str, tuple[str, ...]]
"""Actions by kind of resource with its conditions, such as `vpc+own` (`conditions.py`)."""


@dataclass(frozen=True)
class ResourceType:
    """Permissions of one resource type.

    Attributes:
        name: such as `aws_s3_bucket`.
        group: name of the table, such as `storage`.
        source: file of the provider that sends the requests.
        operations: permissions by operation: read, create, update, delete, force_destroy.
        service_linked_roles: services whose service-linked role has to exist.
    """

    name: str
    group: str
    source: str
    operations: Mapping[str, Permissions]
    service_linked_roles: tuple[str, ...] = field(default=())


@cache
def types() -> Mapping[str, ResourceType]:
    """All types of the tables, by name."""
    found: dict[str, ResourceType] = {}
    for file in sorted((_FOLDER / "types").glob("*.toml")):
        for name, entry in tomllib.loads(read_regular_text(file)).items():
            found[name] = _type(name, file.stem, entry)
    return found


@cache
def arn_formats() -> Mapping[str, tuple[str, ...]]:
    """ARNs with variables, by kind of resource."""
    text = read_regular_text(_FOLDER / "resources.toml")
    return {kind: tuple(arns) for kind, arns in tomllib.loads(text).items()}


def without_entry(names: Iterable[str]) -> list[str]:
    """AWS types that the tables lack; types of other providers need no permission in AWS."""
    return sorted(one for one in set(names) if one.removeprefix("data_").startswith("aws_") and one not in types())


def _type(name: str, group: str, entry: Mapping[str, Any]) -> ResourceType:
    operations = {
        operation: {kind: tuple(actions) for kind, actions in entry[operation].items()}
        for operation in (*DEPLOY, FORCE_DESTROY)
        if operation in entry
    }
    return ResourceType(name, group, entry["source"], operations, tuple(entry.get("service_linked_roles", ())))
