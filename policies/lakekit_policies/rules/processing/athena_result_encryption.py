from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

OURS = ("SSE_KMS", "CSE_KMS")


class AthenaResultEncryption(Rule):
    id = "LK_ATHENA_21"
    title = "Athena results have the same encryption and access controls as the source data"
    severity = "high"
    rationale = (
        "A result is a copy of the rows that were asked for. Under SSE_S3 whoever reads the bucket reads them; a "
        "workgroup that is destroyed by force takes saved queries and history along."
    )
    remedy = "Set encryption_option to SSE_KMS (or CSE_KMS), and leave force_destroy off."
    reference = "https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-28(1)", "CP-9"], "soc2": ["CC6.1"]}
    resources = ("aws_athena_workgroup",)

    def problems(self, block: Block) -> Iterable[str]:
        for part in nested(block, "configuration", "result_configuration", "encryption_configuration"):
            if part.get("encryption_option") not in OURS:
                yield f"encryption_option is {part.get('encryption_option')}"
        for part in nested(block, "configuration"):
            if part.get("requester_pays_enabled") is True:
                yield "requester_pays_enabled lets a query be billed for reading others' buckets"
            if part.get("publish_cloudwatch_metrics_enabled") is False:
                yield "publish_cloudwatch_metrics_enabled is off: no alarm on this workgroup ever has data"
        if block.get("force_destroy") is True and stack_context.current().at_least("staging"):
            yield "force_destroy is on: saved queries and history go without asking"


check = AthenaResultEncryption()
