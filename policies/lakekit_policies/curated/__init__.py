"""Curated rules of checkov with our metadata, and excluded rules with the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from lakekit_policies.curated.categories import CATEGORIES
from lakekit_policies.curated.compute import COMPUTE
from lakekit_policies.curated.databases import DATABASES
from lakekit_policies.curated.entry import CheckovRule
from lakekit_policies.curated.excluded import EXCLUDED
from lakekit_policies.curated.identity import IDENTITY
from lakekit_policies.curated.network import NETWORK
from lakekit_policies.curated.operations import OPERATIONS
from lakekit_policies.curated.processing import PROCESSING
from lakekit_policies.curated.relational_databases import RELATIONAL_DATABASES
from lakekit_policies.curated.storage import STORAGE
from lakekit_policies.curated.transfer import TRANSFER

__all__ = ["CURATED", "EXCLUDED", "CheckovRule"]

_CATEGORY_OF = {rule_id: category for category in CATEGORIES for rule_id in category.rule_ids}

CURATED: Final[dict[str, CheckovRule]] = {
    rule_id: replace(rule, pack=_CATEGORY_OF[rule_id].pack, controls=_CATEGORY_OF[rule_id].controls)
    if rule_id in _CATEGORY_OF
    else rule
    for rule_id, rule in {
        **STORAGE,
        **IDENTITY,
        **PROCESSING,
        **NETWORK,
        **OPERATIONS,
        **DATABASES,
        **RELATIONAL_DATABASES,
        **COMPUTE,
        **TRANSFER,
    }.items()
}
