"""A stack as Terraform would plan it: values with what a provider adds to them."""

from __future__ import annotations

from rule_cases import Document

from lakekit_policies.plan_document import as_plan

_COMPUTED: Document = {"id": "computed", "fully_qualified_name": "computed", "show_output": [{"name": "computed"}]}


def as_planned(stack: Document) -> Document:
    """The plan of a stack of which nothing is there yet, and everything is known."""
    document = as_plan.as_planned(stack)
    for one in document["planned_values"]["root_module"]["resources"]:
        if str(one["type"]).startswith("snowflake_"):
            one["values"] |= _COMPUTED
    return document
