"""Exclude grants to principals that the same plan creates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile

IDENTIFIERS: Final = ("id", "arn", "name", "bucket", "key_id", "fully_qualified_name", "url")


class CreatedResources:
    """Resources that a plan creates.

    Args:
        planned: every change of the plan.
    """

    def __init__(self, planned: Iterable[Change]) -> None:
        planned = list(planned)
        self.first_deployment: Final = not any(change.before for change in planned)
        self._names: Final = {
            value
            for change in planned
            if change.actions == ("create",)
            for name in IDENTIFIERS
            if isinstance(value := change.after.get(name), str)
        }

    def includes(self, change: Change, *attributes: str) -> bool:
        """Whether the plan creates the resource that one of these attributes of a change refers to."""
        for attribute in attributes:
            if change.after_unknown.get(attribute) is True:
                return True
            value = change.after.get(attribute)
            if isinstance(value, str):
                return value in self._names or value.rpartition("/")[2] in self._names
        return False


class WideningRule(PlanRule):
    """Base of rules on changes that widen access to existing resources.

    Sandboxes and first deployments are exempt; below staging, findings are warnings.
    """

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        stack = stack_context.current()
        planned = list(plan.changes())
        created, values = CreatedResources(planned), plan.values()
        if stack.tier == "sandbox" or created.first_deployment:
            return
        for change in planned:
            if change.after or change.after_unknown:
                for message in self.gained(change, created, values):
                    yield Problem(change.address, message, warning=not stack.at_least("staging"))

    def gained(
        self, change: Change, created: CreatedResources, values: Mapping[str, Mapping[str, Any]]
    ) -> Iterable[str]:
        """Access that a change adds, one message each; `values` are the planned values by address."""
        raise NotImplementedError


def summarize(lines: list[str]) -> str:
    """The first six lines of a difference, and the number of remaining lines."""
    more = f"; and {len(lines) - 6} more" if len(lines) > 6 else ""
    return "; ".join(lines[:6]) + more


def as_texts(value: Any) -> list[str]:
    """Convert a list attribute to texts; blocks by their content."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [_text(item) for item in items]


def _text(item: Any) -> str:
    if isinstance(item, Mapping):
        return " ".join(f"{key}={_text(value)}" for key, value in sorted(item.items()) if value not in (None, [], ""))
    return ", ".join(map(_text, item)) if isinstance(item, list) else str(item)
