from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

# Keys that attribute credits to an owner.
OWNER_KEYS = frozenset({"product", "service", "stack"})


class QueryTagSet(ConfigurationRule):
    id = "LK_SF_31"
    title = "Snowflake sessions carry a query tag"
    severity = "low"
    rationale = "Several workloads share a warehouse; query tags attribute its credits to them."
    remedy = (
        "Set `query_tag` to JSON with product, service or stack, for service users and in the provider's params "
        "(`ServiceUser` and `SnowflakeStack` do)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/cost-attributing"
    pack = "cost"
    controls = {"nist": ["AU-3"], "soc2": ["A1.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for address, block in stack.providers("snowflake"):
            params = block.get("params")
            yield from _query_tag_problems(address, params.get("query_tag") if isinstance(params, Mapping) else params)
        for user in stack.resources("snowflake_service_user"):
            yield from _query_tag_problems(user.address, user.body.get("query_tag"))


def _query_tag_problems(address: str, tag: Any) -> Iterable[Problem]:
    if not tag:
        yield Problem(address, "query_tag is not set")
    elif "${" not in str(tag) and not _has_owner(str(tag)):
        yield Problem(address, f"query_tag {tag} contains none of {', '.join(sorted(OWNER_KEYS))}")


def _has_owner(tag: str) -> bool:
    try:
        content = read_json_text(tag)
    except ValueError:
        return False
    return isinstance(content, dict) and any(content.get(key) for key in OWNER_KEYS)


check = QueryTagSet()
