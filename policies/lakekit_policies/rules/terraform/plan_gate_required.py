from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rule import BOTH, Problem, StackRule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_gate_variable import (
    DEPENDENCY,
    NAME,
    PROVIDER_ARGUMENTS,
    REQUIRED_VERSION,
    is_guarded,
    provider_expression,
    requires_version,
    variable_block,
)
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class PlanGateRequired(StackRule):
    id = "LK_TF_7"
    title = "Stacks above dev cannot be applied without the plan gate"
    severity = "critical"
    rationale = (
        "Plain `terraform apply` in the folder of a stack, or the cdktf CLI without TERRAFORM_BINARY_NAME, would apply "
        "a plan that has not been evaluated. An ephemeral variable with a validation stops them."
    )
    remedy = (
        f"Derive the stack from LakehouseStack, which adds the variable {NAME}, call "
        "lakekit.core.plan_gate_variable.guard_provider for further providers, and do not override "
        f"them. LakehouseApp adds {DEPENDENCY} to depends_on of modules and of resources of other providers."
    )
    reference = "https://developer.hashicorp.com/terraform/language/block/variable#ephemeral"
    pack = "baseline"
    controls = {"nist": ["CM-3", "CM-5"], "soc2": ["CC8.1"]}
    stages = BOTH

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        context = stack_context.current()
        # Metadata without environment: the configuration was not created by Lakekit.
        if not (context.environment and context.at_least("staging")):
            return
        block = stack.variables.get(NAME)
        if block is None:
            yield Problem("", f"tier {context.tier} needs the variable {NAME}")
        else:
            expected = variable_block(stack.name)
            written = {key: value for key, value in block.items() if key != "//"}
            for key in sorted(expected.keys() | written.keys()):
                if expected.get(key) != written.get(key):
                    yield Problem(f"var.{NAME}", f"{key} is {written.get(key)!r}; expected {expected.get(key)!r}")
        if not requires_version(stack.required_versions):
            stated = ", ".join(stack.required_versions) or "not set"
            yield Problem("", f"required_version is {stated}; {NAME} needs {REQUIRED_VERSION}")
        expression = provider_expression(stack.name)
        for name, argument in PROVIDER_ARGUMENTS.items():
            for address, provider in stack.providers(name):
                if provider.get(argument) != expression:
                    yield Problem(address, f"{argument} does not refer to {NAME}: -target would not need the gate")
        for address in _unguarded(stack):
            yield Problem(address, f"depends_on does not contain {DEPENDENCY}: -target would not need the gate")


def _unguarded(stack: SynthesizedStack) -> Iterator[str]:
    yield from (block.address for block in stack.resources() if not is_guarded(block.kind, block.body))
    yield from (f"module.{name}" for name, body in stack.modules.items() if not is_guarded("", body))


check = PlanGateRequired()
