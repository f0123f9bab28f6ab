from __future__ import annotations

from lakekit_policies.destinations import Destination
from lakekit_policies.destinations.model import Use
from lakekit_policies.rules._shared.destination_rule import DestinationRule


class ServiceRolesInside(DestinationRule):
    id = "LK_DEST_10"
    title = "Services assume roles inside the trust boundary"
    severity = "high"
    rationale = (
        "A service works with the role that it assumes: a role of another account decides what it reads, and where "
        "it writes logs and delivery feedback. Most services reject such roles, others assume them."
    )
    remedy = "Name a role, or a policy, of this account. State trusted accounts in `trust_boundary.accounts`."
    reference = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-4", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    # An account that only arguments name is that of the configuration, because AWS requires it.
    reports_unknown = False

    def concerns(self, destination: Destination) -> bool:
        return destination.use is Use.ROLE


check = ServiceRolesInside()
