from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block


class LayerNotPublic(Rule):
    id = "LK_LAMBDA_3"
    title = "Layers and aliases are not shared with everybody"
    severity = "critical"
    rationale = "A layer version that `*` may get is public, with every file in it."
    remedy = "Name the account as `principal`, or set `organization_id`."
    reference = "https://docs.aws.amazon.com/lambda/latest/dg/permissions-layer-cross-account.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "AC-6"], "soc2": ["CC6.1", "CC6.3"]}
    resources = ("aws_lambda_layer_version_permission",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("principal") == "*" and not block.get("organization_id"):
            yield "every account may get the layer"


check = LayerNotPublic()
