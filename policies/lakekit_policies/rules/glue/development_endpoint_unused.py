from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block, as_list


class DevelopmentEndpointUnused(Rule):
    id = "LK_GLUE_13"
    title = "Development endpoints of Glue are not used"
    severity = "high"
    rationale = (
        "A development endpoint runs until it is deleted. Anyone with the private key of one of its public keys "
        "logs in over SSH and acts with the permissions of its role; no IAM policy is evaluated at login."
    )
    remedy = "Use interactive sessions of Glue, which IAM authorizes and which end by themselves."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/development-endpoints.html"
    pack = "baseline"
    controls = {"nist": ["AC-17", "IA-2"], "soc2": ["CC6.1"]}
    resources = ("aws_glue_dev_endpoint",)

    def problems(self, block: Block) -> Iterable[str]:
        keys = [name for name in ("public_key", "public_keys") if as_list(block.get(name))]
        yield "the endpoint admits SSH logins by " + " and ".join(keys) if keys else "the endpoint runs without end"


check = DevelopmentEndpointUnused()
