from __future__ import annotations

import re
from collections.abc import Iterable

from lakekit_policies.blocks import Block, mapping, nested
from lakekit_policies.rule import Rule

SECRET = re.compile(r"(password|secret|token|access[._-]?key|private[._-]?key|credential)", re.IGNORECASE)
# What a config provider fills in: ${secretsmanager:name:key}, escaped for Terraform with a second $.
REFERENCE = re.compile(r"\$\{[A-Za-z-]+:")


class ConnectorIsClosed(Rule):
    id = "LK_CONNECT_1"
    title = "Connectors speak IAM over TLS, log, and hold no credentials"
    severity = "high"
    rationale = (
        "The configuration of a connector is shown to whoever may describe it, and written into its log at start. A "
        "connector without a log fails in silence."
    )
    remedy = (
        "Set authentication_type IAM, encryption_type TLS, log_delivery, and references of a config provider for what "
        "is secret."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-connect-security.html"
    pack = "streaming"
    controls = {"nist": ["SC-8", "IA-5", "AU-2"], "soc2": ["CC6.1", "CC6.7", "CC7.2"]}
    resources = ("aws_mskconnect_connector",)

    def problems(self, block: Block) -> Iterable[str]:
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
        for key, value in mapping(block, "connector_configuration").items():
            if SECRET.search(key) and not REFERENCE.search(str(value)):
                yield f"connector_configuration holds {key} in clear text"


check = ConnectorIsClosed()
