from __future__ import annotations

from lakekit_policies.destinations import Destination
from lakekit_policies.destinations.model import Use
from lakekit_policies.rules._shared.destination_rule import DestinationRule


class CodeSourcesInside(DestinationRule):
    id = "LK_DEST_3"
    title = "Code, libraries and images come from inside the trust boundary"
    severity = "critical"
    rationale = (
        "Scripts, jars, bootstrap actions, layers and images run with the role of the job: write access to the bucket "
        "or the registry is access to everything that the job can read."
    )
    remedy = (
        "Copy the code into a bucket of the environment, and the image into a registry of its account. State trusted "
        "registries in `trust_boundary.image_registries`."
    )
    reference = "https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-bootstrap.html"
    pack = "baseline"
    controls = {"nist": ["CM-7", "SI-7", "SR-3"], "soc2": ["CC6.8", "CC8.1"]}

    def concerns(self, destination: Destination) -> bool:
        return destination.use is Use.CODE


check = CodeSourcesInside()
