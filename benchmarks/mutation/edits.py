"""Edits of documents: the only place that writes into a stack or a plan."""

from __future__ import annotations

from typing import Any

from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

Document = dict[str, Any]


def body(document: Document, address: str) -> Document:
    """The body of a resource, to be edited."""
    found: Any = SynthesizedStack.of(document).resource(address).body
    return found  # type: ignore[no-any-return]


def add_resource(document: Document, address: str) -> None:
    """Declare an empty resource."""
    kind, _, name = address.partition(".")
    document["resource"].setdefault(kind, {})[name] = {}


def remove_resource(document: Document, address: str) -> None:
    """Remove a resource if it is declared."""
    kind, _, name = address.partition(".")
    document["resource"].get(kind, {}).pop(name, None)


def entry(plan: Document, address: str) -> Document:
    """The entry of a resource among the changes of a plan, to be edited."""
    found: Any = next(change.entry for change in PlanFile(plan).changes() if change.address == address)
    return found  # type: ignore[no-any-return]


def entries(plan: Document) -> list[Document]:
    """The entries of all changes, to be edited."""
    return [dict_ for change in PlanFile(plan).changes() if isinstance(dict_ := change.entry, dict)]


def add_entry(plan: Document, added: Document) -> None:
    """Add a change to a plan."""
    plan["resource_changes"].append(added)


def planned_module(plan: Document) -> Document:
    """The root module of the planned values, to be edited."""
    found: Any = PlanFile(plan).planned_module
    return found  # type: ignore[no-any-return]


def configured_module(plan: Document) -> Document:
    """The root module of the configuration, to be edited."""
    found: Any = PlanFile(plan).configured_module
    return found  # type: ignore[no-any-return]


def settings(plan: Document, address: str) -> Document:
    """The configuration of a resource of the root module, to be edited."""
    found: Any = next(one for one in configured_module(plan)["resources"] if one["address"] == address)
    return found  # type: ignore[no-any-return]
