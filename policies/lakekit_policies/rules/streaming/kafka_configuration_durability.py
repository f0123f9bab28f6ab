from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.java_properties import parse_properties
from lakekit_policies.shared import tier_limits
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
        "Unclean election lets a lagging replica lead, and drops records that producers were told are safe; so "
        "does one copy, or one acknowledgement, when a broker goes. Topics made by accident have no owner."
    )
    remedy = (
        "Set default.replication.factor=3, min.insync.replicas=2 (2 and 1 will do in sandbox and dev), "
        "unclean.leader.election.enable=false, auto.create.topics.enable=false, allow.everyone.if.no.acl.found=false, "
        "and retention between an hour and ten years."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html"
    pack = "streaming"
    controls = {"nist": ["CP-9", "CP-10", "CM-6"], "soc2": ["A1.2", "CC8.1"]}
    resources = ("aws_msk_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        values: dict[str, str] = {}
        for key, value in parse_properties(str(block.get("server_properties", ""))):
            if values.get(key, value) != value:
                yield f"{key} is said twice: {values[key]} and {value}"
            values[key] = value
        yield from _copies(values)
        for key in (
            "unclean.leader.election.enable",
            "auto.create.topics.enable",
            "allow.everyone.if.no.acl.found",
        ):
            if values.get(key) != "false":
                yield f"{key} is {values.get(key, 'not set')}, not false"
        yield from _retention(values)


def _copies(values: dict[str, str]) -> Iterator[str]:
    copies = 3 if stack_context.current().at_least("staging") else 2
    needed = {"default.replication.factor": copies, "min.insync.replicas": copies - 1}
    # Where nothing is said, MSK sets these by the number of zones.
    needed |= {key: copies - key.endswith(".isr") for key in _INTERNAL if key in values}
    for key, least in needed.items():
        if not values.get(key, "").isdigit() or int(values[key]) < least:
            yield f"{key} is {values.get(key, 'not set')}; at least {least} is needed"
    replicas, in_sync = (values.get(key, "") for key in ("default.replication.factor", "min.insync.replicas"))
    if replicas.isdigit() and in_sync.isdigit() and int(in_sync) >= int(replicas):
        yield f"min.insync.replicas {in_sync} is not below {replicas} copies: writes stop while a broker restarts"


def _retention(values: dict[str, str]) -> Iterator[str]:
    # The finest unit that is set decides (Kafka, "log.retention.ms").
    for unit, hour in (("ms", 3_600_000), ("minutes", 60), ("hours", 1)):
        key = f"log.retention.{unit}"
        if key not in values:
            continue
        if not re.fullmatch(r"-?[0-9]+", values[key]):
            yield f"{key} is {values[key]}, no number"
        elif int(values[key]) < 0:
            yield f"{key} is {values[key]}: retention is endless, and disks fill until brokers stop"
        elif (
            not tier_limits.KAFKA_RETENTION_HOURS[0] * hour
            <= int(values[key])
            <= tier_limits.KAFKA_RETENTION_HOURS[-1] * hour
        ):
            most = tier_limits.KAFKA_RETENTION_HOURS[-1]
            yield f"{key} is {values[key]}: records stay less than an hour, or more than {most}"
        break
    size = values.get("log.retention.bytes", "-1")
    if size != "-1" and not (size.isdigit() and int(size) >= tier_limits.MIN_KAFKA_PARTITION_BYTES):
        yield f"log.retention.bytes is {size}: records go before their time, at less than 1 GiB of a partition"
    if "delete" not in values.get("log.cleanup.policy", "delete"):
        yield f"log.cleanup.policy is {values['log.cleanup.policy']}: topics that say nothing lose all but the last"
    offsets = values.get("offsets.retention.minutes", str(tier_limits.MIN_OFFSETS_RETENTION_MINUTES))
    if not (offsets.isdigit() and int(offsets) >= tier_limits.MIN_OFFSETS_RETENTION_MINUTES):
        yield f"offsets.retention.minutes is {offsets}: groups that pause forget where they were"


check = KafkaConfigurationDurability()
