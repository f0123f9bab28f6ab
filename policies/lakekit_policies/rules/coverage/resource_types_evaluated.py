from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.coverage import catalog
from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.declarations import Declarations
from lakekit_policies.terraform.plan_file import PlanFile
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class ResourceTypesEvaluated(DeclarationRule):
    id = "LK_COV_1"
    title = "Every resource has a type that the rules evaluate"
    severity = "high"
    rationale = (
        "A resource of a type without a rule has no findings whatever its settings are. A configuration with such a "
        "resource was not evaluated completely."
    )
    remedy = (
        "Use an evaluated type, add a rule for this one (`--rules`), or waive it at this resource after a review of "
        "its settings."
    )
    reference = "https://docs.aws.amazon.com/prescriptive-guidance/latest/terraform-aws-provider-best-practices/"
    pack = "baseline"
    controls = {"nist": ["CM-7", "RA-5"], "soc2": ["CC7.1", "CC8.1"]}

    def problems(self, document: SynthesizedStack | PlanFile) -> Iterable[Problem]:
        # A resource without instances is declared in a plan, but nothing is created.
        planned = None if isinstance(document, SynthesizedStack) else {one.address for one in document.resources()}
        for problem in super().problems(document):
            if planned is None or problem.address in planned:
                yield problem

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        types = catalog.current()
        warning = not stack_context.current().at_least("staging")
        for resource in declared.resources:
            if resource.mode != "removed" and types.status(resource.type, resource.mode) == catalog.UNKNOWN:
                yield Problem(resource.address, f"no rule evaluates {resource.type}", warning)


check = ResourceTypesEvaluated()
