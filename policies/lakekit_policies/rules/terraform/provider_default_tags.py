from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.rules._shared.tags import REQUIRED, required
from lakekit_policies.terraform.blocks import mapping, nested
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack


class ProviderDefaultTags(ConfigurationRule):
    id = "LK_TAG_1"
    title = "Provider default tags include all required tags"
    severity = "low"
    rationale = "Default tags of the provider apply to every resource; individually set tags are easily omitted."
    remedy = f"Set `default_tags` with {', '.join(REQUIRED)} (`LakehouseStack` does)."
    reference = "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    pack = "cost"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for address, block in stack.providers("aws"):
            tags: dict[str, Any] = {}
            for default in nested(block, "default_tags"):
                tags.update(mapping(default, "tags"))
            missing = [key for key in required() if not tags.get(key)]
            if missing:
                yield Problem(address, f"default_tags has no {', '.join(missing)}")


check = ProviderDefaultTags()
