from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, mapping


class TagValuesInVocabulary(Rule):
    id = "LK_GOV_2"
    title = "Tag values are in the environment's vocabularies"
    severity = "medium"
    rationale = (
        "A classification with two spellings is two classifications: reports, grants and budgets miss one of them."
    )
    remedy = "Use a value of `governance.domains`, `governance.classifications` or `lake.zones`, or add it there."
    reference = "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    pack = "baseline"
    controls = {"nist": ["AC-16", "CM-8"], "soc2": ["C1.1", "CC2.1"]}
    resources = ("aws_*",)

    def problems(self, block: Block) -> Iterable[str]:
        vocabularies = stack_context.current().vocabularies
        # Includes the provider's default tags where the plan contains them.
        tags = {**mapping(block, "tags_all"), **mapping(block, "tags")}
        for key, value in tags.items():
            allowed = vocabularies.get(key.lower())
            if allowed and str(value) not in allowed:
                yield f"tag {key} is {value}; allowed values are {', '.join(allowed)}"


check = TagValuesInVocabulary()
