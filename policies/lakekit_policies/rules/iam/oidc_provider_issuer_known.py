from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.boundary import Membership, current_boundary
from lakekit_policies.iam.oidc import issuer_membership
from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class OidcProviderIssuerKnown(Rule):
    id = "LK_IAM_32"
    title = "OIDC providers have issuers inside the trust boundary"
    severity = "high"
    rationale = (
        "The issuer of a registered OIDC provider decides which identities exist. Its operator can issue tokens "
        "with any subject, and assume every role that trusts the provider."
    )
    remedy = (
        "Register issuers of EKS clusters and of CI services only. State other issuers in `oidc_subjects` or `hosts` "
        "of `trust_boundary` in the environment file."
    )
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html"
    pack = "baseline"
    controls = {"nist": ["IA-8", "AC-3", "AC-20"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_iam_openid_connect_provider",)

    def problems(self, block: Block) -> Iterable[str]:
        issuer = str(block.get("url") or "").removeprefix("https://").rstrip("/")
        found = issuer_membership(issuer, current_boundary()) if issuer else Membership.INSIDE
        if found is Membership.OUTSIDE:
            yield f"the issuer {issuer} is outside of the trust boundary"
        elif found is Membership.UNKNOWN and "${" not in issuer:
            yield f"the issuer {issuer} is not known to be inside of the trust boundary"


check = OidcProviderIssuerKnown()
