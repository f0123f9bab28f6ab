from __future__ import annotations

from lakekit_policies.destinations import Destination
from lakekit_policies.rules._shared.destination_rule import DestinationRule


class FreeTextInside(DestinationRule):
    id = "LK_DEST_11"
    title = "Account ids and hosts in arguments of programs are inside the trust boundary"
    severity = "low"
    rationale = (
        "A job sends data to the account or host that its arguments name. Only the form of the value suggests what it "
        "is: 12 digits that are neither a time nor a size, or a name below a public domain."
    )
    remedy = (
        "State the account in `trust_boundary.accounts` and the host in `trust_boundary.hosts` of the environment "
        "file. Waive the finding if the value is another number or name."
    )
    reference = "https://docs.aws.amazon.com/glue/latest/dg/aws-glue-programming-etl-glue-arguments.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7"], "soc2": ["CC6.6", "CC6.7"]}
    is_certain = False

    def concerns(self, destination: Destination) -> bool:
        return not destination.is_certain


check = FreeTextInside()
