from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.rules._shared.tags import REQUIRED, required
from lakekit_policies.terraform.blocks import as_list, mapping, nested
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
            ignored = [key for key in required() if _is_ignored(block, key)]
            if ignored:
                yield Problem(address, f"ignore_tags excludes {', '.join(ignored)}: Terraform does not manage them")


def _is_ignored(block: Mapping[str, Any], key: str) -> bool:
    """Whether the provider leaves a tag out: https://registry.terraform.io/providers/hashicorp/aws/latest/docs."""
    for ignored in nested(block, "ignore_tags"):
        prefixes = [str(one) for one in as_list(ignored.get("key_prefixes"))]
        if key in as_list(ignored.get("keys")) or any(map(key.startswith, prefixes)):
            return True
    return False


check = ProviderDefaultTags()
