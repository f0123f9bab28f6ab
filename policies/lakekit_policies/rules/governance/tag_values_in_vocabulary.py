from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, mapping


class TagValuesInVocabulary(Rule):
    id = "LK_GOV_2"
    title = "Tag values are in the environment's vocabularies"
    severity = "medium"
    rationale = "A classification spelled in two ways is two classifications: reports, grants and budgets miss one."
    remedy = "Use a word of governance.domains, governance.classifications or lake.zones, or add it there."
    reference = "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    pack = "baseline"
    controls = {"nist": ["AC-16", "CM-8"], "soc2": ["C1.1", "CC2.1"]}
    resources = ("aws_*",)

    def problems(self, block: Block) -> Iterable[str]:
        known = stack_context.current().vocabularies
        # With what the provider adds, where a plan says it.
        said = {**mapping(block, "tags_all"), **mapping(block, "tags")}
        for key, value in said.items():
            words = known.get(key.lower())
            if words and str(value) not in words:
                yield f"tag {key} is {value}, which is none of {', '.join(words)}"


check = TagValuesInVocabulary()
