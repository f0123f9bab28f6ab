from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block


class BucketForceDestroyByTier(Rule):
    id = "LK_S3_8"
    title = "force_destroy is set in sandbox and dev only"
    severity = "critical"
    rationale = (
        "Deleting data requires two decisions: `force_destroy` on the bucket and a tier that allows data deletion."
    )
    remedy = "Do not set `force_destroy` in staging and prod."
    reference = "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket"
    pack = "reliability"
    controls = {"nist": ["CP-9", "SI-12"], "soc2": ["A1.2"]}
    resources = ("aws_s3_bucket",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("force_destroy") not in (None, False) and stack_context.current().at_least("staging"):
            yield (
                f"force_destroy is set in tier {stack_context.current().tier}; destroying the bucket deletes all "
                f"objects"
            )


check = BucketForceDestroyByTier()
