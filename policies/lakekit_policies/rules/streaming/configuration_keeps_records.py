from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies import context
from lakekit_policies.blocks import Block
from lakekit_policies.rule import Rule


class ConfigurationKeepsRecords(Rule):
    id = "LK_MSK_4"
    title = "Kafka keeps what it has acknowledged, and makes no topics by itself"
    severity = "high"
    rationale = (
        "Unclean election lets a lagging replica lead, and drops records that producers were told are safe; so "
        "does one copy, or one acknowledgement, when a broker goes. Topics made by accident have no owner."
    )
    remedy = (
        "Set default.replication.factor=3, min.insync.replicas=2 (2 and 1 will do in sandbox and dev), "
        "unclean.leader.election.enable=false, auto.create.topics.enable=false, allow.everyone.if.no.acl.found=false."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-configuration-properties.html"
    pack = "streaming"
    controls = {"nist": ["CP-9", "CP-10", "CM-6"], "soc2": ["A1.2", "CC8.1"]}
    resources = ("aws_msk_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        text = str(block.get("server_properties", ""))
        lines = (line.partition("=") for line in text.splitlines() if not line.lstrip().startswith("#"))
        values = {key.strip(): value.strip() for key, _, value in lines if value}
        copies = 3 if context.current().at_least("staging") else 2
        least = {"default.replication.factor": copies, "min.insync.replicas": copies - 1}
        for key, needed in least.items():
            if not values.get(key, "").isdigit() or int(values[key]) < needed:
                yield f"{key} is {values.get(key, 'not set')}; at least {needed} is needed"
        for key in (
            "unclean.leader.election.enable",
            "auto.create.topics.enable",
            "allow.everyone.if.no.acl.found",
        ):
            if values.get(key) != "false":
                yield f"{key} is {values.get(key, 'not set')}, not false"
        if values.get("log.retention.hours") == "-1" or values.get("log.retention.ms") == "-1":
            yield "retention is endless: disks fill until brokers stop"


check = ConfigurationKeepsRecords()
