from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.blocks import Block, nested

KMS_OPTIONS = ("SSE_KMS", "CSE_KMS")


class AthenaResultEncryption(Rule):
    id = "LK_ATHENA_21"
    title = "Athena workgroups encrypt results with KMS, publish metrics and are not force-destroyed"
    severity = "high"
    rationale = (
        "Query results are copies of the source data. With SSE_S3, read access to the bucket is sufficient to read "
        "them. Deleting a workgroup with `force_destroy` deletes its saved queries and history."
    )
    remedy = (
        "Set `encryption_option` to SSE_KMS or CSE_KMS, leave CloudWatch metrics on, and leave "
        "`requester_pays_enabled` and `force_destroy` off."
    )
    reference = "https://docs.aws.amazon.com/athena/latest/ug/encrypting-query-results-stored-in-s3.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-28(1)", "CP-9"], "soc2": ["CC6.1"]}
    resources = ("aws_athena_workgroup",)

    def problems(self, block: Block) -> Iterable[str]:
        for part in nested(block, "configuration", "result_configuration", "encryption_configuration"):
            if part.get("encryption_option") not in KMS_OPTIONS:
                yield f"encryption_option is {part.get('encryption_option')}, not SSE_KMS or CSE_KMS"
        for part in nested(block, "configuration"):
            if part.get("requester_pays_enabled") is True:
                yield "requester_pays_enabled is true; queries are billed for reading other accounts' buckets"
            if part.get("publish_cloudwatch_metrics_enabled") is False:
                yield "publish_cloudwatch_metrics_enabled is false; alarms on the workgroup have no data"
        if block.get("force_destroy") is True and stack_context.current().at_least("staging"):
            yield "force_destroy is true; saved queries and history would be deleted"


check = AthenaResultEncryption()
