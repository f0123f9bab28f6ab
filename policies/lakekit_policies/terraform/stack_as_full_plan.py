"""Convert a synthesized stack to its first plan, with the expressions of the configuration.

``stack_as_plan.convert_stack`` contains the parts of a plan that the engine needs. Rules over whole configurations also
read the expression of each argument and the provider of each resource (``plan_as_stack``). This adds them, for
providers whose plugin is not available, so that Terraform cannot create a plan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.stack_as_plan import convert_stack
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

_META: Final = frozenset({"//", "provider", "depends_on", "lifecycle", "count", "for_each"})
_REFERENCE: Final = re.compile(r"\$\{([^}]+)\}")


def convert_stack_fully(stack: Mapping[str, Any]) -> dict[str, Any]:
    """The first plan of a stack, with every value known.

    Args:
        stack: a ``cdk.tf.json``.
    """
    document = convert_stack(stack).document
    written = {block.address: block.body for block in SynthesizedStack.of(stack).blocks()}
    plan = PlanFile(document)
    values = plan.values()
    for entry in plan.configured_module["resources"]:
        body = written[entry["address"]]
        entry["expressions"] = {
            **_expressions(body, values.get(entry["address"], {})),
            **(entry.get("expressions") or {}),
        }
        entry["provider_config_key"] = body.get("provider") or str(entry["type"]).partition("_")[0]
    return document


def _expressions(body: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: _expression(value, values.get(name))
        for name, value in body.items()
        if name not in _META and value is not None
    }


def _expression(value: Any, planned: Any) -> Any:
    """Expression of an argument: a list for blocks, otherwise a constant or references."""
    written = value if isinstance(value, list) else [value]
    if isinstance(planned, list) and planned and all(isinstance(one, dict) for one in (*planned, *written)):
        return [_expressions(body, block) for body, block in zip(written, planned, strict=True)]
    references = _REFERENCE.findall(str(value))
    return {"references": references} if references else {"constant_value": value}
