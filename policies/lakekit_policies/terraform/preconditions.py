"""What a configuration promises of values that Terraform has still to compute.

A precondition stops the apply before its resource is touched. One that holds a local value to the form of a single
IAM principal, or of a plain word, says enough of it to evaluate a policy with it: it is no wildcard, whatever it will
be.
Only the very texts below count, and only where the plan lists the precondition among its checks.
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
    # An external id: a word with a letter and no colon, so that as a principal it could be neither account nor ARN.
    "^[A-Za-z0-9+=,.@/_-]*[A-Za-z][A-Za-z0-9+=,.@/_-]+$",
)
_CONDITION: Final = re.compile(r"\$\{can\(regex\(\"(?P<form>[^\"]*)\", (?P<value>local\.[\w-]+)\)\)\}")


def guaranteed_locals(plan: PlanFile, stack: SynthesizedStack | None) -> dict[str, set[str]]:
    """By address, the local values (``local.x``) that its preconditions hold to a form.

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
