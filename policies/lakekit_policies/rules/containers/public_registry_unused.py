from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class PublicRegistryUnused(Rule):
    id = "LK_ECR_3"
    title = "Images are not published in ECR Public"
    severity = "critical"
    rationale = "Anyone can pull images of ECR Public, with the code and the configuration in them."
    remedy = "Use a private repository (`aws_ecr_repository`)."
    reference = "https://docs.aws.amazon.com/AmazonECR/latest/public/what-is-ecr.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    resources = ("aws_ecrpublic_repository",)

    def problems(self, block: Block) -> Iterable[str]:
        yield f"images of {block.get('repository_name')} are public"


check = PublicRegistryUnused()
