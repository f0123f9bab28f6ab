from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list

GOVERNANCE_SCHEMA = "ACCESS"
NAME_PARTS = {"DATABASE": 1, "SCHEMA": 2, "TABLE": 3, "ICEBERG TABLE": 3, "VIEW": 3, "COLUMN": 4}


class TagAssociationValid(Rule):
    id = "LK_SF_26"
    title = "Tag associations name their objects and are validated"
    severity = "medium"
    rationale = (
        "A table that is granted before its tag is verified can be read unmasked. A value that the tag does not "
        "allow fails during apply."
    )
    remedy = "Use fully qualified object names, and set `skip_validation = false`."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs/resources/tag_association"
    pack = "snowflake"
    controls = {"nist": ["AC-16"], "soc2": ["C1.1"]}
    resources = ("snowflake_tag_association",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("skip_validation") is not False:
            yield "skip_validation is not false"
        for name in as_list(block.get("object_identifiers")):
            parts = NAME_PARTS.get(str(block.get("object_type", "")).upper())
            if parts and "${" not in str(name) and str(name).count('"') != 2 * parts:
                yield f"{name} is not fully qualified: {parts} quoted names are required"
        allowed = self._allowed_values(str(block.get("tag_id", "")))
        if allowed and "${" not in str(block.get("tag_value")) and str(block.get("tag_value")) not in allowed:
            yield f"tag_value {block.get('tag_value')} is not one of {', '.join(allowed)}"

    def _allowed_values(self, tag: str) -> list[str]:
        """Allowed values of a tag: from the tag in this stack, or else from the environment's vocabularies."""
        for peer in self.peers.all("snowflake_tag"):
            if tag.endswith(f'"{unquoted(peer.block.get("name"))}"'):
                return [str(value) for value in as_list(peer.block.get("allowed_values"))]
        # Tags of the governance schema are named like the keys of the environment's vocabularies.
        schema, _, key = tag.rpartition(".")
        is_governance_tag = schema.endswith(f'"{GOVERNANCE_SCHEMA}"')
        return list(stack_context.current().vocabularies.get(unquoted(key).lower(), ())) if is_governance_tag else []


check = TagAssociationValid()
