"""A synthesized stack as Terraform would plan it, with what a plan says about how it was written.

``synth.plan_document`` has what the engine needs of a plan. Rules over whole configurations also read the expression
of each argument and the provider of each resource, as ``as_stack`` does. This adds them, for plans that nobody could
make: those of providers whose plugin is out of reach.
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
    """The plan of a stack of which nothing is there yet, and everything is known.

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
    """Blocks are lists of expressions; all else is a constant, or what it refers to."""
    written = value if isinstance(value, list) else [value]
    if isinstance(planned, list) and planned and all(isinstance(one, dict) for one in (*planned, *written)):
        return [_expressions(body, block) for body, block in zip(written, planned, strict=True)]
    references = _REFERENCE.findall(str(value))
    return {"references": references} if references else {"constant_value": value}
