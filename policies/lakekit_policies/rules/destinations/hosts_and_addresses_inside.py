from __future__ import annotations

from lakekit_policies.destinations import Destination, Kind
from lakekit_policies.destinations.model import Use
from lakekit_policies.rules._shared.destination_rule import DestinationRule

_KINDS = (Kind.HOST, Kind.MAIL, Kind.PHONE)


class HostsAndAddressesInside(DestinationRule):
    id = "LK_DEST_2"
    title = "Hosts and mail addresses are inside the trust boundary"
    severity = "high"
    rationale = (
        "API destinations, HTTP endpoints of Firehose, connectors and subscriptions send records to a host or a "
        "mailbox outside of AWS, where no policy of the account applies."
    )
    remedy = (
        "State the host in `trust_boundary.hosts`, the domain of mail addresses in `trust_boundary.mail_domains`, or "
        "remove the destination."
    )
    reference = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html"
    pack = "baseline"
    controls = {"nist": ["AC-4", "SC-7", "SA-9"], "soc2": ["CC6.6", "CC6.7"]}

    def concerns(self, destination: Destination) -> bool:
        return destination.kind in _KINDS and destination.use is not Use.CODE


check = HostsAndAddressesInside()
