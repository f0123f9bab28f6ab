from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.declarations import Declarations


class NoProvisioners(ActionRule):
    id = "LK_ACT_1"
    title = "Resources have no provisioners, and configurations no actions"
    severity = "critical"
    rationale = (
        "A provisioner runs a command on the machine that applies the plan, with its credentials, or on an instance. "
        "The plan shows that there is one, not what it does. Actions of Terraform 1.14 are the same."
    )
    remedy = (
        "Declare what the command creates as resources. To keep it, allow the kind in "
        "`trust_boundary.allowed_actions` of the environment file, with a reason."
    )
    reference = "https://developer.hashicorp.com/terraform/language/resources/provisioners/syntax"
    pack = "baseline"
    controls = {"nist": ["CM-3", "CM-5", "SI-7"], "soc2": ["CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            for kind in dict.fromkeys(resource.provisioners):
                yield OutsideAction(resource.address, "provisioner", f"provisioner {kind} runs outside of the plan")
        for address, kind in declared.actions.items():
            yield OutsideAction(address, "action", f"action {kind} runs outside of the plan")


check = NoProvisioners()
