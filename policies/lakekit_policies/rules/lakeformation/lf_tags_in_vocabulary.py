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
        "Grants go by tags: a database without one is seen by nobody or, granted by another, by too many; a word that "
        "is in no vocabulary is in no grant."
    )
    remedy = "Use the words of governance.domains, governance.classifications and lake.zones of the environment."
    reference = "https://docs.aws.amazon.com/lake-formation/latest/dg/TBAC-overview.html"
    pack = "lakehouse"
    controls = {"nist": ["AC-16", "RA-2"], "soc2": ["C1.1", "CC6.1"]}
    resources = ("aws_lakeformation_resource_lf_tags", "aws_lakeformation_resource_lf_tag", "aws_lakeformation_lf_tag")

    def problems(self, block: Block) -> Iterable[str]:
        known = stack_context.current().vocabularies
        if self.entity_type == "aws_lakeformation_lf_tag":
            said = [(str(block.get("key")), str(value)) for value in as_list(block.get("values"))]
        else:
            said = [(str(tag.get("key")), str(tag.get("value"))) for tag in nested(block, "lf_tag")]
        for key, value in said:
            if key in known and value not in known[key]:
                yield f"{key} is {value}, which is none of {', '.join(known[key])}"
        if not said:
            yield "no tag is put on it"
        elif nested(block, "database"):
            missing = sorted(set(known) - {key for key, _ in said})
            if missing:
                yield f"the database has no {', '.join(missing)}"


check = LfTagsInVocabulary()
