"""Catalog of resource types: judged, inert or unknown.

A type is *judged* if one of these evaluates it:

- a rule that names the type in ``resources`` and is not generic. Generic rules read the same attribute of many types
  (tags, descriptions, ``alias/aws/…`` keys) or only policy documents; they do not make a type judged.
- a curated rule of checkov for the type, or a rule of an additional folder;
- a rule that reads it together with another resource, or over the whole configuration (``read_by`` in ``types.toml``);
- the analysis of policy documents, for types that carry a policy document and nothing else (``policy_carriers``).

An ephemeral resource (Terraform 1.10) has the tables ``ephemeral`` and ``ephemeral_read_by``.

A type is *inert* if ``types.toml`` says why no setting of it can expose, lose or leak data. Everything else is
*unknown*.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lakekit_policies.verdict import Coverage

JUDGED: Final = "judged"
INERT: Final = "inert"
UNKNOWN: Final = "unknown"

GENERIC_ABOVE: Final = 10
"""A rule for more types than this reads what they have in common, so that it says nothing about one of them."""
_DATA_FILE: Final = Path(__file__).with_name("types.toml")
_KNOWN_PREFIXES: Final = ("aws_", "snowflake_", "terraform_")


@dataclass(frozen=True, slots=True)
class TypeCatalog:
    """Resource types that are judged or inert."""

    judged: frozenset[str]
    inert: frozenset[str]

    def status(self, kind: str, mode: str = "managed") -> str:
        """``judged``, ``inert`` or ``unknown``.

        Data sources of the evaluated providers are inert: they read, and what they read is evaluated where it is used.
        Ephemeral resources have a list of their own: that of managed resources does not say what opening one does.
        """
        if mode == "ephemeral":
            return (
                JUDGED
                if kind in type_data()["ephemeral_read_by"]
                else INERT
                if kind in type_data()["ephemeral"]
                else UNKNOWN
            )
        if kind in self.judged:
            return JUDGED
        if kind in self.inert or (mode == "data" and kind.startswith(_KNOWN_PREFIXES)):
            return INERT
        return UNKNOWN

    def count(self, resources: Iterable[tuple[str, str]]) -> Coverage:
        """Coverage of resources, given as mode and type."""
        found = [(kind, self.status(kind, mode)) for mode, kind in resources]
        counts = Counter(status for _, status in found)
        unknown = Counter(kind for kind, status in found if status == UNKNOWN)
        return Coverage(counts[JUDGED], counts[INERT], dict(sorted(unknown.items())))


@cache
def type_data() -> dict[str, Any]:
    """The tables of ``types.toml``."""
    return tomllib.loads(_DATA_FILE.read_text(encoding="utf-8"))


def build_catalog(rules: Iterable[tuple[str, Collection[str]]]) -> TypeCatalog:
    """The catalog for these rules, given as id and evaluated types."""
    data = type_data()
    generic = set(data["generic_rules"]["ids"])
    judged = {
        kind
        for rule_id, kinds in rules
        if rule_id not in generic and len(kinds) <= GENERIC_ABOVE
        for kind in kinds
        if "*" not in kind
    }
    judged |= set(data["policy_carriers"]["types"])
    judged |= {kind for kinds in data["read_by"].values() for kind in kinds}
    return TypeCatalog(frozenset(judged), frozenset(data["inert"]) - judged)


_current: ContextVar[TypeCatalog | None] = ContextVar("lakekit_type_catalog", default=None)


def current() -> TypeCatalog:
    """The catalog of the evaluation.

    Raises:
        LookupError: outside of an evaluation.
    """
    catalog = _current.get()
    if catalog is None:
        raise LookupError("no catalog of resource types: use_catalog() sets it for an evaluation")
    return catalog


@contextmanager
def use_catalog(catalog: TypeCatalog) -> Iterator[None]:
    """Use a catalog within the block."""
    token = _current.set(catalog)
    try:
        yield
    finally:
        _current.reset(token)
