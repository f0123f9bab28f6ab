from __future__ import annotations

from lakekit_policies.destinations import Destination, Kind
from lakekit_policies.destinations.model import Use
from lakekit_policies.rules._shared.destination_rule import DestinationRule

_OTHERS = (Kind.HOST, Kind.MAIL, Kind.PHONE)


class AccessGrantedInside(DestinationRule):
    id = "LK_DEST_4"
    title = "Access is granted only to accounts inside the trust boundary"
    severity = "critical"
    rationale = (
        "Grants of KMS keys, resource shares, snapshots, images, data shares, Lake Formation permissions, "
        "administrators and trusted owners give access without a policy document. An account outside keeps what it "
        "has copied."
    )
    remedy = (
        "Grant to principals of this account. State trusted accounts, with a reason each, in `trust_boundary.accounts` "
        "of the environment file."
    )
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-4", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}

    def concerns(self, destination: Destination) -> bool:
        return destination.use is Use.ACCESS and destination.kind not in _OTHERS


check = AccessGrantedInside()
