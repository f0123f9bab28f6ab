from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies.rule import Rule
from lakekit_policies.secrets.find import find_in_settings
from lakekit_policies.shared.connector_settings import weaknesses
from lakekit_policies.shared.java_properties import load_properties
from lakekit_policies.terraform.blocks import Block, mapping, nested


class MskConnectorSecurity(Rule):
    id = "LK_CONNECT_1"
    title = "MSK connectors use IAM over TLS, log, and contain no credentials"
    severity = "high"
    rationale = (
        "The configuration of a connector is returned by `kafkaconnect:DescribeConnector` and written to its log. "
        "Without a log, failures go unnoticed. Connector settings can override IAM and TLS for embedded Kafka "
        "clients."
    )
    remedy = (
        'Set `authentication_type = "IAM"`, `encryption_type = "TLS"` and `log_delivery`; use config provider '
        "references for secrets. Keep security, table and host settings of `MskConnector`, and set a dead letter "
        "queue topic where errors are tolerated."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-connect-security.html"
    pack = "streaming"
    controls = {"nist": ["SC-8", "IA-5", "AU-2"], "soc2": ["CC6.1", "CC6.7", "CC7.2"]}
    resources = ("aws_mskconnect_connector", "aws_mskconnect_worker_configuration")

    def problems(self, block: Block) -> Iterable[str]:
        # Worker configurations have a properties file instead of settings.
        if "properties_file_content" in block:
            try:
                settings: Block = dict(load_properties(str(block["properties_file_content"])))
            except ValueError as error:
                yield f"properties_file_content cannot be loaded: {error}"
                return
            yield from _setting_problems("properties_file_content", settings)
            return
        for part, attribute, expected in (
            ("kafka_cluster_client_authentication", "authentication_type", "IAM"),
            ("kafka_cluster_encryption_in_transit", "encryption_type", "TLS"),
        ):
            if not any(entry.get(attribute) == expected for entry in nested(block, part)):
                yield f"{attribute} is not {expected}"
        destinations = [
            destination
            for delivery in nested(block, "log_delivery", "worker_log_delivery")
            for kind in ("cloudwatch_logs", "s3", "firehose")
            for destination in nested(delivery, kind)
        ]
        if not any(destination.get("enabled") is True for destination in destinations):
            yield "worker logs are not delivered"
        yield from _setting_problems("connector_configuration", mapping(block, "connector_configuration"))


def _setting_problems(source: str, settings: Block) -> Iterator[str]:
    for problem in (*find_in_settings(settings), *weaknesses(settings)):
        yield f"{source}: {problem}"


check = MskConnectorSecurity()
