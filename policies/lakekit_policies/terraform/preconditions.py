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

ACCEPTED_PATTERNS: Final = (
    # One IAM user or role (IAM, "IAM identifiers").
    "^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/[A-Za-z0-9+=,.@_/-]+$",
    # An external id: a word with a letter and no colon, so that as a principal it could be neither account nor ARN.
    "^[A-Za-z0-9+=,.@/_-]*[A-Za-z][A-Za-z0-9+=,.@/_-]+$",
)
_CONDITION: Final = re.compile(r"\$\{can\(regex\(\"(?P<form>[^\"]*)\", (?P<value>local\.[\w-]+)\)\)\}")


def guaranteed_locals(plan: Mapping[str, Any], configuration: Mapping[str, Any]) -> dict[str, set[str]]:
    """By address, the local values (``local.x``) that its preconditions hold to a form.

    Args:
        plan: ``terraform show -json`` of a plan.
        configuration: the synthesized stack it was made from.
    """
    checked = {check["address"].get("to_display") for check in plan.get("checks", [])}
    found: dict[str, set[str]] = {}
    for kind, named in configuration.get("resource", {}).items():
        for name, block in named.items():
            address = f"{kind}.{name}"
            if address in checked and (values := set(_guaranteed(block))):
                found[address] = values
    return found


def _guaranteed(block: Mapping[str, Any]) -> Iterator[str]:
    for condition in (block.get("lifecycle") or {}).get("precondition") or []:
        stated = _CONDITION.fullmatch(str(condition.get("condition")))
        if stated and stated["form"] in ACCEPTED_PATTERNS:
            yield stated["value"]
