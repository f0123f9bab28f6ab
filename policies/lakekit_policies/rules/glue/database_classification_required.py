from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, local_address, nested, reference


class DatabaseClassificationRequired(Rule):
    id = "LK_GOV_3"
    title = "Glue databases carry the LF-tag classification"
    severity = "high"
    rationale = (
        "Databases without LF-tags are not covered by tag-based grants and masking; a grant by name would expose all "
        "their tables."
    )
    remedy = "Assign LF-tags in the stack that creates the database (`Database` does)."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/TBAC-assigning-tags.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-16", "RA-2"], "soc2": ["C1.1"]}
    resources = ("aws_glue_catalog_database",)

    def problems(self, block: Block) -> Iterable[str]:
        if nested(block, "target_database") or not stack_context.current().vocabularies:
            return
        identifiers = {local_address(self.address), block.get("name")}
        for peer in self.peers.all("aws_lakeformation_resource_lf_tags", "aws_lakeformation_resource_lf_tag"):
            for database in nested(peer.block, "database"):
                if (reference(database.get("name")) or database.get("name")) in identifiers:
                    return
        yield "no LF-tags are assigned to the database"


check = DatabaseClassificationRequired()
