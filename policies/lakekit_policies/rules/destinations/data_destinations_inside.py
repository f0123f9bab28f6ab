from __future__ import annotations

from lakekit_policies.destinations import Destination, Kind
from lakekit_policies.destinations.model import Use
from lakekit_policies.rules._shared.destination_rule import DestinationRule

_OTHERS = (Kind.HOST, Kind.MAIL, Kind.PHONE)


class DataDestinationsInside(DestinationRule):
    id = "LK_DEST_1"
    title = "Data, events and logs go to resources inside the trust boundary"
    severity = "critical"
    rationale = (
        "Replication, delivery streams, targets of events, subscriptions, exports and logs copy data to whatever they "
        "name. In another account, its owner decides who reads them."
    )
    remedy = (
        "Name a resource of this configuration or a bucket of the environment. State trusted accounts and buckets in "
        "`trust_boundary` of the environment file."
    )
    reference = "https://docs.aws.amazon.com/whitepapers/latest/building-a-data-perimeter-on-aws/building-a-data-perimeter-on-aws.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7"], "soc2": ["CC6.1", "CC6.7"]}

    def concerns(self, destination: Destination) -> bool:
        return destination.use is Use.DATA and destination.kind not in _OTHERS


check = DataDestinationsInside()
