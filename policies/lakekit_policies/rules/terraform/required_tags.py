from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PLAN, Rule
from lakekit_policies.rules._shared.tags import REQUIRED, required
from lakekit_policies.terraform.blocks import Block, mapping


class RequiredTags(Rule):
    id = "LK_TAG_2"
    title = "Resources carry the tags owner and cost-center"
    severity = "medium"
    rationale = "What counts is what AWS will see: a resource's own tags override the provider's, also with nothing."
    remedy = f"Leave {', '.join(REQUIRED)} to the provider's default_tags."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags-configuration-block"
    pack = "cost"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    stages = (PLAN,)  # tags_all, the sum of both, is computed by the provider
    resources = ("aws_*",)

    def problems(self, block: Block) -> Iterable[str]:
        if isinstance(block.get("tags_all"), str):
            return  # known after apply
        if "tags_all" not in block and block.get("tags", "") is not None:
            return  # takes no tags, or they are known after apply
        # Without default tags the provider leaves tags_all open for a resource that has none of its own.
        tags = mapping(block, "tags_all")
        missing = [key for key in required() if not tags.get(key)]
        if missing:
            yield f"tags {', '.join(missing)} are missing or empty"


check = RequiredTags()
