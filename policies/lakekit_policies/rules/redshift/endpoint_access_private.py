from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list

_ATTRIBUTES: Final = {
    "aws_redshift_endpoint_authorization": "vpc_ids",
    "aws_redshiftserverless_workgroup": "security_group_ids",
}


class EndpointAccessPrivate(Rule):
    id = "LK_REDSHIFT_8"
    title = "Redshift clusters, endpoints and authorizations stay in named networks"
    severity = "high"
    rationale = (
        "An authorization for all VPCs of another account opens the cluster to every network of it. Without "
        "security groups, a cluster, workgroup or endpoint is in the default group of the VPC."
    )
    remedy = "Set `vpc_ids` on the authorization, and security groups on the cluster, workgroup and endpoint."
    reference = "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-cross-vpc.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = (
        "aws_redshift_cluster",
        "aws_redshiftserverless_workgroup",
        "aws_redshift_endpoint_authorization",
        "aws_redshift_endpoint_access",
        "aws_redshiftserverless_endpoint_access",
    )

    def problems(self, block: Block) -> Iterable[str]:
        attribute = _ATTRIBUTES.get(self.entity_type, "vpc_security_group_ids")
        if not as_list(block.get(attribute)):
            yield f"{attribute} is not set"


check = EndpointAccessPrivate()
