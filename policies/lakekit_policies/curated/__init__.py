"""The rules of checkov that we stand behind, in our words, and those we leave out, with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lakekit_policies.curated.entry import CheckovRule
from lakekit_policies.curated.identity import IDENTITY
from lakekit_policies.curated.network import NETWORK
from lakekit_policies.curated.noise import NOISE
from lakekit_policies.curated.operations import OPERATIONS
from lakekit_policies.curated.processing import PROCESSING
from lakekit_policies.curated.storage import STORAGE
from lakekit_policies.curated.topics import TOPICS

__all__ = ["CURATED", "NOISE", "CheckovRule"]

_TOPIC = {rule_id: topic for topic in TOPICS for rule_id in topic.rule_ids}

CURATED: Final[dict[str, CheckovRule]] = {
    rule_id: replace(rule, pack=_TOPIC[rule_id].pack, controls=_TOPIC[rule_id].controls) if rule_id in _TOPIC else rule
    for rule_id, rule in {**STORAGE, **IDENTITY, **PROCESSING, **NETWORK, **OPERATIONS}.items()
}
