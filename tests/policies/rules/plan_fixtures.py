"""Plans of stacks, with values that the provider computes."""

from __future__ import annotations

from rule_cases import Document

from lakekit_policies.terraform import stack_as_full_plan

_COMPUTED: Document = {"id": "computed", "fully_qualified_name": "computed", "show_output": [{"name": "computed"}]}


def convert_stack_fully(stack: Document) -> Document:
    """Plan that creates all resources of a stack, with all values known."""
    document = stack_as_full_plan.convert_stack_fully(stack)
    for one in document["planned_values"]["root_module"]["resources"]:
        if str(one["type"]).startswith("snowflake_"):
            one["values"] |= _COMPUTED
    return document
