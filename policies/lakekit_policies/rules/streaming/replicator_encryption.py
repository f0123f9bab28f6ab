from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list, nested


class ReplicatorEncryption(Rule):
    id = "LK_MSK_9"
    title = "MSK replicators copy between clusters with TLS and named topics"
    severity = "medium"
    rationale = "A replicator of all topics copies data that its consumers may not read."
    remedy = "List `topics_to_replicate` without `.*`."
    reference = "https://docs.aws.amazon.com/msk/latest/developerguide/msk-replicator.html"
    pack = "streaming"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_msk_replicator",)

    def problems(self, block: Block) -> Iterable[str]:
        for topics in nested(block, "replication_info_list", "topic_replication"):
            names = [str(name) for name in as_list(topics.get("topics_to_replicate"))]
            if not names or any(name in (".*", ".+", "*") for name in names):
                yield "every topic is replicated; name the topics"


check = ReplicatorEncryption()
