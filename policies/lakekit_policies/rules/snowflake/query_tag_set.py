from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from lakekit_policies.rule import ConfigurationRule, Problem
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

# Each names somebody who answers for the credits.
WHO = frozenset({"product", "service", "stack"})


class QueryTagSet(ConfigurationRule):
    id = "LK_SF_31"
    title = "Snowflake sessions carry a query tag"
    severity = "medium"
    rationale = (
        "Several workloads share a warehouse, and its credits are told apart by query tags alone: without them "
        "nobody answers for what was used."
    )
    remedy = (
        "Set query_tag to JSON with product, service or stack: for a service user, and in the provider's params "
        "(ServiceUser and SnowflakeStack do)."
    )
    reference = "https://docs.snowflake.com/en/user-guide/cost-attributing"
    pack = "cost"
    controls = {"nist": ["AU-3"], "soc2": ["A1.1"]}

    def stack_problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for address, block in stack.providers("snowflake"):
            params = block.get("params")
            yield from _unsaid(address, params.get("query_tag") if isinstance(params, Mapping) else params)
        for user in stack.resources("snowflake_service_user"):
            yield from _unsaid(user.address, user.body.get("query_tag"))


def _unsaid(address: str, tag: Any) -> Iterable[Problem]:
    if not tag:
        yield Problem(address, "query_tag is not set")
    elif "${" not in str(tag) and not _names(str(tag)):
        yield Problem(address, f"query_tag {tag} names no {', '.join(sorted(WHO))}")


def _names(tag: str) -> bool:
    try:
        said = json.loads(tag)
    except ValueError:
        return False
    return isinstance(said, dict) and any(said.get(word) for word in WHO)


check = QueryTagSet()
