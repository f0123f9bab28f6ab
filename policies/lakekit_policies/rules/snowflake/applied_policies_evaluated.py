from __future__ import annotations

from collections.abc import Iterable, Iterator

from lakekit_policies import sql
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform.blocks import Block, as_list, nested

GOVERNANCE_SCHEMA = "ACCESS"
_POLICIES = ("snowflake_masking_policy", "snowflake_row_access_policy")


class AppliedPoliciesEvaluated(Rule):
    id = "LK_SF_49"
    title = "Masking and row access policies that are applied are part of the configuration"
    severity = "high"
    rationale = (
        "A masking policy on a column replaces the one of its tag. A policy that no configuration declares is not "
        "evaluated, and may return the value to every role."
    )
    remedy = "Declare the policy in the same stack, or use one of schema `ACCESS` of the governance database."
    reference = "https://docs.snowflake.com/en/user-guide/tag-based-masking-policies"
    pack = "snowflake"
    controls = {"nist": ["AC-3", "CM-3"], "soc2": ["CC6.1", "C1.1"]}
    resources = (
        "snowflake_execute",
        "snowflake_table_column_masking_policy_application",
        "snowflake_tag",
        "snowflake_view",
    )

    def problems(self, block: Block) -> Iterable[str]:
        known = {unquoted(peer.block.get("name")) for kind in _POLICIES for peer in self.peers.all(kind)}
        for name in self._applied(block):
            parts = [unquoted(part) for part in name.split(".")]
            if "${" in name or name.startswith(_POLICIES):
                continue
            governed = len(parts) == 3 and parts[1] == GOVERNANCE_SCHEMA and parts[0].endswith("GOVERNANCE")
            if parts[-1] not in known and not governed and not self.peers.is_named(name, *_POLICIES):
                yield f"policy {name} is not part of this configuration and not evaluated"

    def _applied(self, block: Block) -> Iterator[str]:
        """Names of the policies that a resource applies."""
        if self.entity_type == "snowflake_execute":
            yield from sql.applied_policies(str(block.get("execute") or ""))
        elif self.entity_type == "snowflake_tag":
            yield from (str(name) for name in as_list(block.get("masking_policies")))
        elif self.entity_type == "snowflake_view":
            for path in (("row_access_policy",), ("column", "masking_policy")):
                yield from (str(part["policy_name"]) for part in nested(block, *path) if part.get("policy_name"))
        elif block.get("masking_policy"):
            yield str(block["masking_policy"])


check = AppliedPoliciesEvaluated()
