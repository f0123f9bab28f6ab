from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, mapping


class IdentityPoolAuthenticated(Rule):
    id = "LK_COGNITO_2"
    title = "Identity pools give no credentials to unauthenticated users"
    severity = "critical"
    rationale = (
        "An identity pool with unauthenticated identities gives AWS credentials to everyone who knows its id. The "
        "classic flow lets the client choose the role."
    )
    remedy = (
        "Set `allow_unauthenticated_identities = false`, leave `allow_classic_flow` off, and remove the role "
        "`unauthenticated`."
    )
    reference = "https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html"
    pack = "baseline"
    controls = {"nist": ["IA-2", "AC-3"], "soc2": ["CC6.1"]}
    resources = ("aws_cognito_identity_pool", "aws_cognito_identity_pool_roles_attachment")

    def problems(self, block: Block) -> Iterable[str]:
        for name in ("allow_unauthenticated_identities", "allow_classic_flow"):
            if block.get(name) is True:
                yield f"{name} is true"
        if mapping(block, "roles").get("unauthenticated"):
            yield "unauthenticated users get a role"


check = IdentityPoolAuthenticated()
