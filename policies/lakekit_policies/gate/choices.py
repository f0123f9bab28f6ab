"""Findings of a stack whose resources and dynamic blocks can have instances or not, as a variable decides.

The value of a variable is final in a plan. A finding of all forms of the stack is stated at synth; another one is left
to the plan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce

from lakekit_policies.gate.rule_runs import Results
from lakekit_policies.terraform import dynamic_blocks, instance_numbers
from lakekit_policies.terraform.instance_numbers import UNDECIDED, Instances
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack
from lakekit_policies.verdict import Finding


def forms(stack: SynthesizedStack) -> list[SynthesizedStack]:
    """The stack without resources that have no instances.

    If variables decide on dynamic blocks, the stack with and without them. If they decide on resources, also the stack
    that the defaults of the variables give.
    """
    numbers, constants = instance_numbers.of_stack(stack), stack.constants
    absent = {address for address, one in numbers.items() if one is Instances.NONE}
    open_ = {address for address, one in numbers.items() if one in UNDECIDED}
    off = {address for address, one in numbers.items() if one is Instances.OFF}
    has_choices = any(
        is_choice for one in stack.blocks() for _, is_choice in dynamic_blocks.undecided(one.arguments, constants)
    )
    if not (open_ or has_choices):
        return [_without(stack, absent)]
    found = [
        replace(_without(stack, absent), has_choices=True),
        replace(_without(stack, absent | open_), has_choices=False),
    ]
    return [*found, _without(stack, absent | off)] if off and off != open_ else found


def _without(stack: SynthesizedStack, addresses: set[str]) -> SynthesizedStack:
    return replace(stack, configuration=instance_numbers.without(stack, addresses)) if addresses else stack


def of_forms(found: Sequence[Results]) -> Results:
    """The findings and warnings of every form with the reasons that they share; the others are undetermined."""
    return reduce(_of_both, found)


def _of_both(one: Results, other: Results) -> Results:
    findings, open_ = _shared(one.findings, other.findings)
    warnings, _ = _shared(one.warnings, other.warnings)
    undetermined = [*open_, *one.undetermined, *other.undetermined]
    stated = {finding.key for finding in findings}
    return Results(
        findings,
        list({finding.key: finding for finding in undetermined if finding.key not in stated}.values()),
        warnings,
        list(dict.fromkeys([*one.crashes, *other.crashes])),
    )


def _shared(one: Sequence[Finding], other: Sequence[Finding]) -> tuple[list[Finding], list[Finding]]:
    reasons = {finding.key: finding.reason.split("; ") for finding in other}
    stated, open_ = list[Finding](), list[Finding]()
    for finding in one:
        shared = [part for part in finding.reason.split("; ") if part in reasons.get(finding.key, ())]
        if shared:
            stated.append(replace(finding, reason="; ".join(shared)))
        else:
            open_.append(_unknown(finding))
    known = {finding.key for finding in one}
    return stated, [*open_, *(_unknown(finding) for finding in other if finding.key not in known)]


def _unknown(finding: Finding) -> Finding:
    return replace(finding, reason=f"not known yet: {finding.address or finding.stack}")
