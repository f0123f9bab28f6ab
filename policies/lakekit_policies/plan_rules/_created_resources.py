"""Whether what a plan grants goes to something that stood before: what is new has to have some rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import Change
from lakekit_policies.terraform.plan_file import PlanFile

IDENTIFIERS: Final = ("id", "arn", "name", "bucket", "key_id", "fully_qualified_name", "url")


class CreatedResources:
    """The resources that a plan creates.

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
        """Whether the one whom a change names in one of these attributes is made by the same plan."""
        for attribute in attributes:
            if change.after_unknown.get(attribute) is True:
                return True
            value = change.after.get(attribute)
            if isinstance(value, str):
                return value in self._names or value.rpartition("/")[2] in self._names
        return False


class WideningRule(PlanRule):
    """A rule on changes that open more of what stands. A sandbox may, and so may a first deployment; dev is warned."""

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
        """What a change opens, a message each; `values` are those after the plan, by address."""
        raise NotImplementedError


def summarize(lines: list[str]) -> str:
    """A few lines of a difference, and how many more there are."""
    more = f"; and {len(lines) - 6} more" if len(lines) > 6 else ""
    return "; ".join(lines[:6]) + more


def as_texts(value: Any) -> list[str]:
    """A list attribute as texts; blocks by their content."""
    items = value if isinstance(value, list) else [] if value is None else [value]
    return [_text(item) for item in items]


def _text(item: Any) -> str:
    if isinstance(item, Mapping):
        return " ".join(f"{key}={_text(value)}" for key, value in sorted(item.items()) if value not in (None, [], ""))
    return ", ".join(map(_text, item)) if isinstance(item, list) else str(item)
