from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.shared import tier_limits
from lakekit_policies.shared.java_properties import parse_properties
from lakekit_policies.shared.java_values import trim
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block

_INTERNAL: Final = (
    "offsets.topic.replication.factor",
    "transaction.state.log.replication.factor",
    "transaction.state.log.min.isr",
)


class KafkaConfigurationDurability(Rule):
    id = "LK_MSK_4"
    title = "MSK configurations are durable and do not create topics automatically"
    severity = "high"
    rationale = (
        "Unclean leader election discards records that producers received acknowledgements for; so does a single "
        "replica or acknowledgement when a broker fails. Automatically created topics have no owner."
    )
    remedy = (
        "Set `default.replication.factor=3`, `min.insync.replicas=2` (2 and 1 in sandbox and dev), "
        "`unclean.leader.election.enable=false`, `auto.create.topics.enable=false`, "
        "`allow.everyone.if.no.acl.found=false`, and a retention between one hour and ten years."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html"
    pack = "streaming"
    controls = {"nist": ["CP-9", "CP-10", "CM-6"], "soc2": ["A1.2", "CC8.1"]}
    resources = ("aws_msk_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        try:
            written = list(parse_properties(str(block.get("server_properties", ""))))
        except ValueError as error:
            yield f"server_properties cannot be loaded: {error}"
            return
        values: dict[str, str] = {}
        for key, text in written:
            value = trim(text)  # Kafka trims values before it parses them (ConfigDef.parseType).
            if values.get(key, value) != value:
                yield f"{key} is set twice: {values[key]} and {value}"
            values[key] = value
        yield from _replication(values)
        for key in (
            "unclean.leader.election.enable",
            "auto.create.topics.enable",
            "allow.everyone.if.no.acl.found",
        ):
            if values.get(key, "").lower() != "false":
                yield f"{key} is {values.get(key, 'not set')}, not false"
        yield from _retention(values)


def _replication(values: dict[str, str]) -> Iterator[str]:
    factor = 3 if stack_context.current().at_least("staging") else 2
    minimums = {"default.replication.factor": factor, "min.insync.replicas": factor - 1}
    # MSK derives unset values from the number of Availability Zones.
    minimums |= {key: factor - key.endswith(".isr") for key in _INTERNAL if key in values}
    for key, minimum in minimums.items():
        if not values.get(key, "").isdigit() or int(values[key]) < minimum:
            yield f"{key} is {values.get(key, 'not set')}; at least {minimum} is required"
    replicas, in_sync = (values.get(key, "") for key in ("default.replication.factor", "min.insync.replicas"))
    if replicas.isdigit() and in_sync.isdigit() and int(in_sync) >= int(replicas):
        yield (
            f"min.insync.replicas {in_sync} is not below default.replication.factor {replicas}; writes stop while a "
            "broker restarts"
        )


def _retention(values: dict[str, str]) -> Iterator[str]:
    # The smallest unit that is set takes precedence (Kafka, "log.retention.ms").
    for unit, hour in (("ms", 3_600_000), ("minutes", 60), ("hours", 1)):
        key = f"log.retention.{unit}"
        if key not in values:
            continue
        if not re.fullmatch(r"-?[0-9]+", values[key]):
            yield f"{key} is {values[key]}, not a number"
        elif int(values[key]) < 0:
            yield f"{key} is {values[key]}: retention is unlimited and disks fill up"
        elif (
            not tier_limits.KAFKA_RETENTION_HOURS[0] * hour
            <= int(values[key])
            <= tier_limits.KAFKA_RETENTION_HOURS[-1] * hour
        ):
            maximum = tier_limits.KAFKA_RETENTION_HOURS[-1]
            yield f"{key} is {values[key]}: retention must be between 1 and {maximum} hours"
        break
    size = values.get("log.retention.bytes", "-1")
    if size != "-1" and not (size.isdigit() and int(size) >= tier_limits.MIN_KAFKA_PARTITION_BYTES):
        yield f"log.retention.bytes is {size}: at least 1 GiB per partition is required"
    if "delete" not in values.get("log.cleanup.policy", "delete"):
        yield (
            f"log.cleanup.policy is {values['log.cleanup.policy']}: delete is required; topics without a policy "
            "would be compacted"
        )
    offsets = values.get("offsets.retention.minutes", str(tier_limits.MIN_OFFSETS_RETENTION_MINUTES))
    if not (offsets.isdigit() and int(offsets) >= tier_limits.MIN_OFFSETS_RETENTION_MINUTES):
        yield f"offsets.retention.minutes is {offsets}: paused consumer groups lose their offsets"


check = KafkaConfigurationDurability()
