from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list, nested


class LfTagsInVocabulary(Rule):
    id = "LK_LF_11"
    title = "LF-tags of databases include zone, domain and classification, with values in the vocabulary"
    severity = "high"
    rationale = (
        "Grants are based on LF-tags: a database without a tag is inaccessible, or accessible to more principals "
        "than intended. A value outside the vocabulary matches no grant."
    )
    remedy = (
        "Use the values of `governance.domains`, `governance.classifications` and `lake.zones` in the environment file."
    )
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/TBAC-overview.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-16", "RA-2"], "soc2": ["C1.1", "CC6.1"]}
    resources = ("aws_lakeformation_resource_lf_tags", "aws_lakeformation_resource_lf_tag", "aws_lakeformation_lf_tag")

    def problems(self, block: Block) -> Iterable[str]:
        vocabularies = stack_context.current().vocabularies
        if self.entity_type == "aws_lakeformation_lf_tag":
            tags = [(str(block.get("key")), str(value)) for value in as_list(block.get("values"))]
        else:
            tags = [(str(tag.get("key")), str(tag.get("value"))) for tag in nested(block, "lf_tag")]
        for key, value in tags:
            if key in vocabularies and value not in vocabularies[key]:
                yield f"{key} is {value}; allowed values are {', '.join(vocabularies[key])}"
        if not tags:
            yield "no LF-tag is assigned"
        elif nested(block, "database"):
            missing = sorted(set(vocabularies) - {key for key, _ in tags})
            if missing:
                yield f"the database has no LF-tag {', '.join(missing)}"


check = LfTagsInVocabulary()
