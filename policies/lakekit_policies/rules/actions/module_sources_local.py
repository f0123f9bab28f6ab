from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.declarations import Declarations


class ModuleSourcesLocal(ActionRule):
    id = "LK_ACT_5"
    title = "Modules come from the project"
    severity = "high"
    rationale = (
        "A module from a registry, a repository or a bucket can change between the review and the plan: versions of "
        "modules are not part of the dependency lock file."
    )
    remedy = (
        "Copy the module into the project and call it by a relative path. To keep it, allow the kind in "
        "`trust_boundary.allowed_actions` of the environment file, with a reason."
    )
    reference = "https://developer.hashicorp.com/terraform/language/files/dependency-lock"
    pack = "baseline"
    controls = {"nist": ["CM-7", "SR-3", "SI-7"], "soc2": ["CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for module in declared.modules:
            if not module.source.startswith(("./", "../")):
                source = module.source.partition("?")[0] or "a source that is not known"
                yield OutsideAction(module.address, "module_source", f"the module comes from {source}")


check = ModuleSourcesLocal()
