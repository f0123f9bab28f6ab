from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lakekit_policies.rule import DeclarationRule, Problem
from lakekit_policies.rules._shared.public_ranges import internet_share
from lakekit_policies.terraform.blocks import as_list, reference
from lakekit_policies.terraform.declarations import Declarations

_LIST: Final = "aws_ec2_managed_prefix_list"


class PrefixListsNarrow(DeclarationRule):
    id = "LK_DEST_6"
    title = "Prefix lists do not add up to the internet"
    severity = "critical"
    rationale = (
        "Security groups and routes refer to a prefix list by its id: 0.0.0.0/1 and 128.0.0.0/1 in it open a group to "
        "the internet, and no rule of the group shows it."
    )
    remedy = "List private ranges, or the public ranges of the company in `trust_boundary.networks`."
    reference = "https://docs.aws.amazon.com/vpc/latest/userguide/managed-prefix-lists.html"
    pack = "baseline"
    controls = {"nist": ["AC-17", "SC-7"], "soc2": ["CC6.6"]}

    def declared_problems(self, declared: Declarations) -> Iterable[Problem]:
        entries: dict[str, list[str]] = {}
        for resource in declared.resources:
            if resource.type == _LIST:
                key = resource.address
                blocks = [one for one in as_list(resource.arguments.get("entry")) if isinstance(one, dict)]
            elif resource.type == f"{_LIST}_entry":
                named = str(resource.arguments.get("prefix_list_id", ""))
                key, blocks = reference(named) or named or resource.address, [dict(resource.arguments)]
            else:
                continue
            entries.setdefault(key, []).extend(str(one.get("cidr", "")) for one in blocks)
        for key, ranges in entries.items():
            if share := internet_share(ranges):
                yield Problem(key, f"the entries add up to {share}")


check = PrefixListsNarrow()
