from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PLAN, Rule
from lakekit_policies.rules._shared.tags import REQUIRED, required
from lakekit_policies.terraform.blocks import Block, mapping


class RequiredTags(Rule):
    id = "LK_TAG_2"
    title = "Resources carry all required tags"
    severity = "low"
    rationale = (
        "The effective tags are evaluated: tags of a resource override the provider's default tags, also with empty "
        "values."
    )
    remedy = f"Leave {', '.join(REQUIRED)} to the provider's `default_tags`."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs#default_tags-configuration-block"
    pack = "cost"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    stages = (PLAN,)  # the provider computes tags_all from tags and default tags
    resources = ("aws_*",)

    def problems(self, block: Block) -> Iterable[str]:
        if isinstance(block.get("tags_all"), str):
            return  # known after apply
        if "tags_all" not in block and block.get("tags", "") is not None:
            return  # does not support tags, or they are known after apply
        # Without default tags, tags_all is unknown for a resource without tags.
        tags = mapping(block, "tags_all")
        missing = [key for key in required() if not tags.get(key)]
        if missing:
            yield f"tags {', '.join(missing)} are missing or empty"


check = RequiredTags()
