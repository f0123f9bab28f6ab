"""A stack as Terraform would plan it: values with what a provider adds to them."""

from __future__ import annotations

from rule_cases import Document

from lakekit_policies.terraform import stack_as_full_plan

_COMPUTED: Document = {"id": "computed", "fully_qualified_name": "computed", "show_output": [{"name": "computed"}]}


def convert_stack_fully(stack: Document) -> Document:
    """The plan of a stack of which nothing is there yet, and everything is known."""
    document = stack_as_full_plan.convert_stack_fully(stack)
    for one in document["planned_values"]["root_module"]["resources"]:
        if str(one["type"]).startswith("snowflake_"):
            one["values"] |= _COMPUTED
    return document
