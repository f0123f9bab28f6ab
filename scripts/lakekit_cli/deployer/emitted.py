"""Resource types that the stacks of an environment contain."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lakekit_cli.deployer.table import types, without_entry
from lakekit_policies.shared.regular_file import MAX_BYTES, read_regular_text


@dataclass(frozen=True)
class Emitted:
    """Types that a role needs permissions for.

    Attributes:
        types: names of resource types; data sources as `data_<type>`.
        force_destroy: those whose resources may be destroyed with what they contain.
        unknown: AWS types without an entry in the tables; the roles get no permission for them.
    """

    types: frozenset[str] = frozenset()
    force_destroy: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()

    def __or__(self, other: Emitted) -> Emitted:
        return Emitted(self.types | other.types, self.force_destroy | other.force_destroy, self.unknown | other.unknown)

    def __le__(self, other: Emitted) -> bool:
        return self.types <= other.types and self.force_destroy <= other.force_destroy

    def as_json(self) -> dict[str, list[str]]:
        """Return sorted lists."""
        return {"types": sorted(self.types), "force_destroy": sorted(self.force_destroy)}


def of_documents(documents: Iterable[Mapping[str, Any]]) -> Emitted:
    """Return the AWS types of synthesized stacks.

    Args:
        documents: contents of `cdk.tf.json`.
    """
    found: set[str] = set()
    force_destroy: set[str] = set()
    for document in documents:
        for kind, instances in document.get("resource", {}).items():
            found.add(kind)
            if any(one.get("force_destroy") is True for one in instances.values() if isinstance(one, Mapping)):
                force_destroy.add(kind)
        found |= {f"data_{kind}" for kind in document.get("data", {})}
    known = types().keys()
    return Emitted(frozenset(found & known), frozenset(force_destroy & known), frozenset(without_entry(found)))


def of_files(files: Iterable[Path]) -> Emitted:
    """Return the AWS types of `cdk.tf.json` files."""
    return of_documents(json.loads(read_regular_text(file, MAX_BYTES)) for file in files)


def every_type() -> Emitted:
    """Return all types of the tables, none of them destroyed with what it contains."""
    return Emitted(frozenset(types()))
