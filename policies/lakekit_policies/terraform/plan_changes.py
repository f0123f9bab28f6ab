"""Changes of a plan: entries of ``resource_changes`` of ``terraform show -json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from lakekit_policies.shared.stateful_types import STATEFUL_TYPES
from lakekit_policies.terraform import stack_context


@dataclass(frozen=True, slots=True)
class Change:
    """Change of one resource, with the values before and after."""

    address: str
    type: str
    actions: tuple[str, ...]
    before: dict[str, Any]
    after: dict[str, Any]
    after_unknown: dict[str, Any]
    replace_paths: tuple[tuple[str, ...], ...]
    reason: str
    is_managed: bool = True
    """False for a data source."""
    entry: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The entry of ``resource_changes`` as Terraform prints it."""

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Self:
        """The change of one entry of ``resource_changes``.

        Raises:
            KeyError: a key is missing.
        """
        change = entry["change"]
        unknown = change.get("after_unknown")
        return cls(
            address=entry["address"],
            type=entry["type"],
            actions=tuple(change["actions"]),
            before=change.get("before") or {},
            after=change.get("after") or {},
            after_unknown=unknown if isinstance(unknown, dict) else {},
            replace_paths=tuple(tuple(str(step) for step in path) for path in change.get("replace_paths") or ()),
            reason=entry.get("action_reason", ""),
            is_managed=entry.get("mode", "managed") == "managed",
            entry=entry,
        )

    @property
    def destroys(self) -> bool:
        """Deleted or replaced."""
        return "delete" in self.actions

    @property
    def forgets(self) -> bool:
        """Removed from the state without being destroyed: no longer managed by Terraform."""
        return "forget" in self.actions

    @property
    def replaces(self) -> bool:
        """Deleted and created again, in either order."""
        return "delete" in self.actions and "create" in self.actions

    @property
    def is_removed(self) -> bool:
        """Deleted or removed from the state, without a replacement."""
        return self.forgets or (self.destroys and not self.replaces)

    @property
    def description(self) -> str:
        """Description of the action and its cause."""
        forced = ", ".join(sorted({".".join(path) for path in self.replace_paths}))
        if self.replaces:
            action_reason = self.reason.removeprefix("replace_").replace("_", " ")
            return "is replaced" + (
                f", forced by {forced}" if forced else f" ({action_reason})" if action_reason else ""
            )
        verb = "leaves the state" if self.forgets else "is deleted"
        return f"{verb} ({self.reason.replace('_', ' ')})" if self.reason else verb


def is_same_resource(old: Change, new: Change, *, ignored: tuple[str, ...] = ()) -> bool:
    """Whether the old resource had every value that the new one sets."""
    stated = {
        name: value
        for name, value in new.after.items()
        if value not in (None, [], {}, "", False) and name not in ignored
    }
    return bool(stated) and all(old.before.get(name) == value for name, value in stated.items())


def deletion_allowed(change: Change) -> bool:
    """Whether the tier and the resource allow its deletion: always in a sandbox; in dev if the resource is marked.

    Settings without data of their own (``prevent_destroy`` is false) need no mark in dev.

    The mark has to be set *before* the change (``force_destroy`` of a bucket, the tag or table parameter
    ``disposable``): marking and destroying in one plan is not allowed.
    """
    tier = stack_context.current().tier
    if tier != "dev":
        return tier == "sandbox"
    kind = STATEFUL_TYPES.get(change.type)
    return (kind is not None and not kind.prevent_destroy) or _is_marked_deletable(change.before)


def _is_marked_deletable(before: Mapping[str, Any]) -> bool:
    said = {**(before.get("parameters") or {}), **(before.get("tags_all") or before.get("tags") or {})}
    return before.get("force_destroy") is True or said.get("disposable") == "true"


def value_at(values: Any, path: str) -> Any:
    """The value at a dotted path, through one-element lists; None where there is none.

    A step that ends in ``[]`` is a list of blocks: the value is the list of those of its items.
    """
    first, is_each, rest = path.partition("[].")
    if is_each:
        items = value_at(values, first)
        return [found for item in items or () if (found := value_at(item, rest)) not in (None, [], "")]
    for step in path.split("."):
        if isinstance(values, list):
            values = values[0] if values else None
        values = values.get(step) if isinstance(values, dict) else None
    return values
