from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, nested


class ClusterAuditLogging(Rule):
    id = "LK_REDSHIFT_2"
    title = "Redshift clusters have audit logging"
    severity = "medium"
    rationale = "Audit logs show who connected and which statements ran."
    remedy = "Add `aws_redshift_logging` for the cluster."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/db-auditing.html"
    pack = "baseline"
    controls = {"nist": ["AU-2", "AU-12"], "soc2": ["CC7.2"]}
    resources = ("aws_redshift_cluster",)

    def problems(self, block: Block) -> Iterable[str]:
        names = {value for value in (block.get("cluster_identifier"), block.get("id")) if isinstance(value, str)}
        inline = any(one.get("enable") is True for one in nested(block, "logging"))
        separate = self.peers.referencing("aws_redshift_logging", "cluster_identifier", names)
        if not inline and not separate and not self.peers.is_uncertain("aws_redshift_logging", "cluster_identifier"):
            yield "the cluster has no audit logging"


check = ClusterAuditLogging()
