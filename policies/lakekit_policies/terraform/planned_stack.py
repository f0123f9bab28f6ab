"""The stack of a plan with what the plan shows: values of variables, and dynamic blocks without instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lakekit_policies.terraform import instance_numbers
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


def as_planned(stack: SynthesizedStack, plan: PlanFile) -> SynthesizedStack:
    """The stack as a plan shows it.

    Args:
        stack: the stack that the plan was made from.
        plan: the plan.

    Returns:
        The stack with the values of variables, and without the dynamic blocks of which no instance of their resource
        has any.
    """
    variables = {
        name: variable.get("value")
        for name, variable in (plan.document.get("variables") or {}).items()
        if isinstance(variable, Mapping)
    }
    absent = dict(_absent(stack, plan))
    configuration = _without(stack.configuration, absent) if absent else stack.configuration
    return replace(stack, configuration=configuration, planned_variables=variables)


def existing(stack: SynthesizedStack, plan: PlanFile) -> SynthesizedStack:
    """The stack without the resources of which the plan has no instance."""
    planned = {resource.declared_address for resource in plan.resources()}
    absent = [block.address for block in stack.resources() if block.address not in planned]
    return replace(stack, configuration=instance_numbers.without(stack, absent)) if absent else stack


def _absent(stack: SynthesizedStack, plan: PlanFile) -> Iterator[tuple[str, set[str]]]:
    """The dynamic blocks of each resource that the plan knows to be none."""
    values = plan.values()
    later = {change.address: change.after_unknown for change in plan.changes()}
    instances: dict[str, list[str]] = {}
    for resource in plan.resources():
        instances.setdefault(resource.declared_address, []).append(resource.address)
    for block in stack.resources():
        named = {name for part in as_list(block.body.get("dynamic")) if isinstance(part, Mapping) for name in part}
        addresses = instances.get(block.address, ())
        found = {
            name
            for name in named
            if name not in block.body
            and addresses
            and all(
                values.get(one, {}).get(name, ...) == [] and not _is_unknown(later.get(one), name) for one in addresses
            )
        }
        if found:
            yield block.address, found


def _is_unknown(later: Any, name: str) -> bool:
    return not isinstance(later, Mapping) or later.get(name, False) not in (False, [])


def _without(configuration: Mapping[str, Any], absent: Mapping[str, set[str]]) -> dict[str, Any]:
    """The configuration with an empty ``for_each`` for these dynamic blocks."""

    def resources(kind: str, named: Any) -> Any:
        if isinstance(named, list):
            return [resources(kind, one) for one in named]
        return {name: _emptied(body, absent.get(f"{kind}.{name}", set())) for name, body in named.items()}

    def kinds(part: Any) -> Any:
        if isinstance(part, list):
            return [kinds(one) for one in part]
        return {kind: named if kind == "//" else resources(kind, named) for kind, named in part.items()}

    return {**configuration, "resource": kinds(configuration["resource"])}


def _emptied(body: Any, names: set[str]) -> Any:
    if not names or isinstance(body, list):
        return [_emptied(one, names) for one in body] if names else body
    dynamic = [
        {
            name: [{**one, "for_each": []} if isinstance(one, Mapping) else one for one in as_list(settings)]
            if name in names
            else settings
            for name, settings in part.items()
        }
        for part in as_list(body["dynamic"])
    ]
    return {**body, "dynamic": dynamic}
