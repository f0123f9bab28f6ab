from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lakekit_policies.rule import Rule
from lakekit_policies.shared.json_text import read_json_text
from lakekit_policies.terraform.blocks import Block, as_list


class ServerlessPoliciesRestricted(Rule):
    id = "LK_SEARCH_1"
    title = "Policies of OpenSearch Serverless require a VPC and a customer managed key"
    severity = "critical"
    rationale = (
        "A network policy with `AllowFromPublic` makes collections reachable from the internet. An AWS owned key "
        "cannot be restricted or revoked."
    )
    remedy = "Name `SourceVPCEs` instead of `AllowFromPublic`, and `KmsARN` instead of `AWSOwnedKey`."
    reference = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-network.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7", "SC-28(1)"], "soc2": ["CC6.1", "CC6.6"]}
    resources = ("aws_opensearchserverless_security_policy",)

    def problems(self, block: Block) -> Iterable[str]:
        for part in as_list(_document(block.get("policy"))):
            if isinstance(part, dict):
                for name in ("AllowFromPublic", "AWSOwnedKey"):
                    if part.get(name) is True:
                        yield f"{name} is true"
                yield from _key_problems(part)


def _document(policy: Any) -> Any:
    return read_json_text(policy) if isinstance(policy, str) and policy.lstrip()[:1] in ("{", "[") else policy


def _key_problems(part: Block) -> Iterator[str]:
    """A policy of type `encryption` without an AWS owned key needs a key."""
    if part.get("AWSOwnedKey") is False and not part.get("KmsARN"):
        yield "KmsARN is not set"


check = ServerlessPoliciesRestricted()
