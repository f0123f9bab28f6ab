"""Preconditions that guarantee the form of a value which is not known yet.

A failed precondition stops the apply before its resource is changed. One that requires a local value to be a single
IAM principal, or a plain word, is enough to evaluate a policy with it: the value is not a wildcard. Only the exact
patterns below count, and only if the plan lists the precondition among its checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

ACCEPTED_PATTERNS: Final = (
    # One IAM user or role (IAM, "IAM identifiers").
    "^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[A-Za-z0-9+=,.@_/-]+$",
    # An external id: a word with a letter and no colon, so that it is neither an account nor an ARN.
    "^[A-Za-z0-9+=,.@/_-]*[A-Za-z][A-Za-z0-9+=,.@/_-]+$",
)
_CONDITION: Final = re.compile(r"\$\{can\(regex\(\"(?P<form>[^\"]*)\", (?P<value>local\.[\w-]+)\)\)\}")


def guaranteed_locals(plan: PlanFile, stack: SynthesizedStack | None) -> dict[str, set[str]]:
    """Local values (``local.x``) whose form is guaranteed by a precondition, by address of the resource.

    Args:
        plan: the plan.
        stack: the synthesized stack it was made from.
    """
    checked = plan.checked_addresses
    found: dict[str, set[str]] = {}
    for block in stack.resources() if stack else ():
        if block.address in checked and (values := set(_guaranteed(block.body))):
            found[block.address] = values
    return found


def _guaranteed(block: Mapping[str, Any]) -> Iterator[str]:
    for condition in (block.get("lifecycle") or {}).get("precondition") or []:
        stated = _CONDITION.fullmatch(str(condition.get("condition")))
        if stated and stated["form"] in ACCEPTED_PATTERNS:
            yield stated["value"]
