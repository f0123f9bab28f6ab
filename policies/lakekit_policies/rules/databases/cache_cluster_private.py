from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class CacheClusterPrivate(Rule):
    id = "LK_CACHE_1"
    title = "Cache clusters are encrypted in transit and require authentication"
    severity = "high"
    rationale = "A cache without authentication serves everybody in the network."
    remedy = "Set `transit_encryption_enabled = true` and `auth_token` or `user_group_ids`."
    reference = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html"
    pack = "baseline"
    controls = {"nist": ["SC-8", "SC-8(1)"], "soc2": ["CC6.7"]}
    resources = ("aws_elasticache_replication_group",)

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("auth_token") and not as_list(block.get("user_group_ids")):
            yield "neither auth_token nor user_group_ids is set"


check = CacheClusterPrivate()
