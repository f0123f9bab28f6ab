from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import unquoted
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, as_list

VOCABULARY = "ACCESS"
DEPTH = {"DATABASE": 1, "SCHEMA": 2, "TABLE": 3, "ICEBERG TABLE": 3, "VIEW": 3, "COLUMN": 4}


class TagAssociationValid(Rule):
    id = "LK_SF_26"
    title = "Tag associations name their objects and are validated"
    severity = "medium"
    rationale = (
        "A table that is granted before its tag is seen on it is read unmasked for that long, and a word that the "
        "tag does not allow stops the apply half way."
    )
    remedy = "Name fully qualified objects, and set skip_validation false."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs/resources/tag_association"
    pack = "snowflake"
    controls = {"nist": ["AC-16"], "soc2": ["C1.1"]}
    resources = ("snowflake_tag_association",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("skip_validation") is not False:
            yield "skip_validation is not false"
        for name in as_list(block.get("object_identifiers")):
            parts = DEPTH.get(str(block.get("object_type", "")).upper())
            if parts and "${" not in str(name) and str(name).count('"') != 2 * parts:
                yield f"{name} is not fully qualified: {parts} quoted names are asked"
        words = self._words(str(block.get("tag_id", "")))
        if words and "${" not in str(block.get("tag_value")) and str(block.get("tag_value")) not in words:
            yield f"tag_value {block.get('tag_value')} is not one of {', '.join(words)}"

    def _words(self, tag: str) -> list[str]:
        """What a tag allows: as its stack says, and where it is of another stack, as the environment does."""
        for peer in self.peers.all("snowflake_tag"):
            if tag.endswith(f'"{unquoted(peer.block.get("name"))}"'):
                return [str(word) for word in as_list(peer.block.get("allowed_values"))]
        # The vocabulary of access is one schema, whose tags are called like the keys of the environment's words.
        schema, _, key = tag.rpartition(".")
        of_access = schema.endswith(f'"{VOCABULARY}"')
        return list(stack_context.current().vocabularies.get(unquoted(key).lower(), ())) if of_access else []


check = TagAssociationValid()
