from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

DESTINATIONS = ("iceberg_configuration", "extended_s3_configuration", "snowflake_configuration")


class FirehoseErrorHandling(Rule):
    id = "LK_FIREHOSE_2"
    title = "Firehose streams have an error prefix, error logging and private Kafka access"
    severity = "medium"
    rationale = "A record that does not fit is moved aside; without a prefix and a log nobody finds it, or knows why."
    remedy = "Set error_output_prefix, cloudwatch_logging_options, and connectivity PRIVATE for MSK sources."
    reference = "https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-destination.html"
    pack = "streaming"
    controls = {"nist": ["AU-2", "SI-11", "SC-7"], "soc2": ["CC7.2", "PI1.3"]}
    resources = ("aws_kinesis_firehose_delivery_stream",)

    def problems(self, block: Block) -> Iterable[str]:
        for destination in DESTINATIONS:
            for settings in nested(block, destination):
                apart = nested(settings, "s3_configuration")
                if not _logs(settings):
                    yield f"{destination} logs no errors"
                if not all(_logs(place) for place in apart):
                    yield f"s3_configuration of {destination} logs no errors: what it loses leaves no trace"
                files = apart or [settings]
                if not any(place.get("error_output_prefix") for place in files):
                    yield f"{destination} names no error_output_prefix"
        for source in nested(block, "msk_source_configuration", "authentication_configuration"):
            if source.get("connectivity") != "PRIVATE":
                yield f"connectivity is {source.get('connectivity')}, so brokers would need public addresses"


def _logs(settings: Block) -> bool:
    return any(log.get("enabled") is True for log in nested(settings, "cloudwatch_logging_options"))


check = FirehoseErrorHandling()
