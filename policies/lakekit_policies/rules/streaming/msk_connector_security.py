from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.java_properties import parse_properties
from lakekit_policies.shared.connector_settings import weaknesses
from lakekit_policies.shared.secret_detection import find_in_settings
from lakekit_policies.terraform.blocks import Block, mapping, nested


class MskConnectorSecurity(Rule):
    id = "LK_CONNECT_1"
    title = "MSK connectors use IAM over TLS, log, and contain no credentials"
    severity = "high"
    rationale = (
        "The configuration of a connector is shown to whoever may describe it, and written into its log at start. A "
        "connector without a log fails in silence. Settings may undo IAM and TLS for clients that it makes itself."
    )
    remedy = (
        "Set authentication_type IAM, encryption_type TLS, log_delivery, and references of a config provider for what "
        "is secret. Leave security, tables and host names as MskConnector sets them, and name a dead-letter topic "
        "where errors are tolerated."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-connect-security.html"
    pack = "streaming"
    controls = {"nist": ["SC-8", "IA-5", "AU-2"], "soc2": ["CC6.1", "CC6.7", "CC7.2"]}
    resources = ("aws_mskconnect_connector", "aws_mskconnect_worker_configuration")

    def problems(self, block: Block) -> Iterable[str]:
        # A connector is what has settings of its own; workers have a file of properties.
        if "properties_file_content" in block:
            settings: Block = dict(parse_properties(str(block["properties_file_content"])))
            yield from _of_settings("properties_file_content", settings)
            return
        for part, attribute, wanted in (
            ("kafka_cluster_client_authentication", "authentication_type", "IAM"),
            ("kafka_cluster_encryption_in_transit", "encryption_type", "TLS"),
        ):
            if not any(entry.get(attribute) == wanted for entry in nested(block, part)):
                yield f"{attribute} is not {wanted}"
        places = [
            place
            for delivery in nested(block, "log_delivery", "worker_log_delivery")
            for kind in ("cloudwatch_logs", "s3", "firehose")
            for place in nested(delivery, kind)
        ]
        if not any(place.get("enabled") is True for place in places):
            yield "its workers log nowhere"
        yield from _of_settings("connector_configuration", mapping(block, "connector_configuration"))


def _of_settings(where: str, settings: Block) -> Iterator[str]:
    for problem in (*find_in_settings(settings), *weaknesses(settings)):
        yield f"{where}: {problem}"


check = MskConnectorSecurity()
