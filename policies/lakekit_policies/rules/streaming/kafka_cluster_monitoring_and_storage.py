from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class KafkaClusterMonitoringAndStorage(Rule):
    id = "LK_MSK_3"
    title = "MSK clusters have a customer managed key, a configuration, broker metrics and storage scaling"
    severity = "high"
    rationale = (
        "A broker with a full disk stops accepting writes. Replication metrics exist only at broker level. The "
        "default MSK configuration creates topics automatically."
    )
    remedy = (
        "Set a key, `configuration_info`, `enhanced_monitoring` of at least PER_BROKER, and an "
        "`aws_appautoscaling_target` for kafka:broker-storage:VolumeSize (`KafkaCluster` does)."
    )
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html"
    pack = "streaming"
    controls = {"nist": ["SC-28", "SC-28(1)", "SI-4", "CP-10"], "soc2": ["CC6.1", "CC7.2", "A1.1"]}
    resources = ("aws_msk_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        for encryption in nested(block, "encryption_info") or [{}]:
            problem = key_problem(encryption.get("encryption_at_rest_kms_key_arn"), "encryption at rest")
            if problem:
                yield problem
        if not block.get("configuration_info"):
            yield "configuration_info is not set; the MSK default configuration applies"
        if block.get("enhanced_monitoring", "DEFAULT") == "DEFAULT":
            yield "enhanced_monitoring is DEFAULT; metrics of under-replicated partitions are missing"
        identifiers: set[Any] = {block[key] for key in ("arn", "id") if isinstance(block.get(key), str)}
        scaled = self.peers.referencing("aws_appautoscaling_target", "resource_id", identifiers)
        if not scaled and not self.peers.is_uncertain("aws_appautoscaling_target", "resource_id"):
            yield "no aws_appautoscaling_target scales the broker storage"


check = KafkaClusterMonitoringAndStorage()
