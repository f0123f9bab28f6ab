from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rules._shared.allowed_actions import ActionRule, OutsideAction
from lakekit_policies.terraform.declarations import Declarations

# `data.tls_certificate` also connects to a host, but only for the handshake of an OIDC provider's thumbprint.
KINDS: Final = {
    "external": ("external_data", "runs a program on the machine that plans"),
    "http": ("http_data", "sends a request while Terraform plans"),
    "aws_lambda_invocation": ("lambda_invocation", "invokes a function"),
    "aws_lambda_invoke": ("lambda_invocation", "invokes a function"),
}


class NoExternalDataSources(ActionRule):
    id = "LK_ACT_2"
    title = "Configurations run no programs, requests or functions while they are planned"
    severity = "critical"
    rationale = (
        "`external` runs a program and `http` sends a request during the plan, before anything is approved. Both can "
        "send values of the configuration elsewhere, and their answers are not reviewed."
    )
    remedy = (
        "Write the value into the environment file. To keep it, allow the kind in `trust_boundary.allowed_actions` of "
        "the environment file, with a reason."
    )
    reference = "https://registry.terraform.io/providers/hashicorp/external/latest/docs/data-sources/external"
    pack = "baseline"
    controls = {"nist": ["CM-3", "CM-5", "SC-7"], "soc2": ["CC6.6", "CC8.1"]}

    def actions(self, declared: Declarations) -> Iterable[OutsideAction]:
        for resource in declared.resources:
            if resource.type in KINDS:
                kind, what = KINDS[resource.type]
                yield OutsideAction(resource.address, kind, f"{resource.type} {what}")


check = NoExternalDataSources()
