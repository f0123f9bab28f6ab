from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.blocks import Block, as_list
from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.snowflake_values import bare

DEPTH = {"DATABASE": 1, "SCHEMA": 2, "TABLE": 3, "ICEBERG TABLE": 3, "VIEW": 3, "COLUMN": 4}


class TagValueIsKnown(Rule):
    id = "LK_SF_26"
    title = "Tags are put on named objects, and waited for"
    severity = "medium"
    rationale = "A table that is granted before its tag is seen on it is read unmasked for that long."
    remedy = "Name fully qualified objects, and set skip_validation false."
    reference = "https://registry.terraform.io/providers/snowflakedb/snowflake/2.11.0/docs/resources/tag_association"
    pack = "warehouse"
    controls = {"nist": ["AC-16"], "soc2": ["C1.1"]}
    resources = ("snowflake_tag_association",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("skip_validation") is not False:
            yield "skip_validation is not false"
        for name in as_list(block.get("object_identifiers")):
            parts = DEPTH.get(str(block.get("object_type", "")).upper())
            if parts and "${" not in str(name) and str(name).count('"') != 2 * parts:
                yield f"{name} is not fully qualified: {parts} quoted names are asked"
        words = [
            as_list(peer.block.get("allowed_values"))
            for peer in self.peers.all("snowflake_tag")
            if str(block.get("tag_id", "")).endswith(f'"{bare(peer.block.get("name"))}"')
        ]
        if words and str(block.get("tag_value")) not in words[0]:
            yield f"tag_value {block.get('tag_value')} is not one of {', '.join(words[0])}"


check = TagValueIsKnown()
