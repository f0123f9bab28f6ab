from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_identifiers
from lakekit_policies.terraform.blocks import Block


class KeyAliasAndDescription(Rule):
    id = "LK_KMS_3"
    title = "KMS keys have an alias and a description"
    severity = "low"
    rationale = (
        "A random key id does not show the purpose of a key. An alias identifies it in consoles, logs and other stacks."
    )
    remedy = "Add an `aws_kms_alias` and a `description` that states what the key protects."
    reference = "https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
    pack = "baseline"
    controls = {"nist": ["CM-8", "SC-12"], "soc2": ["CC6.1"]}
    resources = ("aws_kms_key",)

    def problems(self, block: Block) -> Iterable[str]:
        if not block.get("description"):
            yield "the key has no description"
        aliases = self.peers.referencing("aws_kms_alias", "target_key_id", key_identifiers(block))
        if not aliases and not self.peers.is_uncertain("aws_kms_alias", "target_key_id"):
            yield "the key has no alias"


check = KeyAliasAndDescription()
