from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested

DESTINATIONS = ("iceberg_configuration", "extended_s3_configuration", "snowflake_configuration")


class FirehoseErrorHandling(Rule):
    id = "LK_FIREHOSE_2"
    title = "Firehose streams have an error prefix, error logging and private Kafka access"
    severity = "medium"
    rationale = (
        "Records that cannot be delivered are written to the error prefix. Without a prefix and a log they cannot be "
        "found or explained."
    )
    remedy = 'Set `error_output_prefix`, `cloudwatch_logging_options`, and `connectivity = "PRIVATE"` for MSK sources.'
    reference = "https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-destination.html"
    pack = "streaming"
    controls = {"nist": ["AU-2", "SI-11", "SC-7"], "soc2": ["CC7.2", "PI1.3"]}
    resources = ("aws_kinesis_firehose_delivery_stream",)

    def problems(self, block: Block) -> Iterable[str]:
        for destination in DESTINATIONS:
            for settings in nested(block, destination):
                backup = nested(settings, "s3_configuration")
                if not _has_error_logging(settings):
                    yield f"{destination} has no error logging"
                if not all(_has_error_logging(location) for location in backup):
                    yield f"s3_configuration of {destination} has no error logging"
                locations = backup or [settings]
                if not any(location.get("error_output_prefix") for location in locations):
                    yield f"{destination} has no error_output_prefix"
        for source in nested(block, "msk_source_configuration", "authentication_configuration"):
            if source.get("connectivity") != "PRIVATE":
                yield f"connectivity is {source.get('connectivity')}, not PRIVATE; brokers would need public addresses"


def _has_error_logging(settings: Block) -> bool:
    return any(log.get("enabled") is True for log in nested(settings, "cloudwatch_logging_options"))


check = FirehoseErrorHandling()
