from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block


class ExportDestinationEncrypted(Rule):
    id = "LK_DYNAMODB_2"
    title = "Exports of DynamoDB tables use a customer managed key"
    severity = "high"
    rationale = "An export copies the whole table to a bucket, outside of the encryption of the table."
    remedy = 'Set `s3_sse_algorithm = "KMS"` and `s3_sse_kms_key_id`.'
    reference = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_dynamodb_table_export",)

    def problems(self, block: Block) -> Iterable[str]:
        if block.get("s3_sse_algorithm") != "KMS":
            yield f"s3_sse_algorithm is {block.get('s3_sse_algorithm') or 'not set'}, not KMS"
        elif problem := key_problem(block.get("s3_sse_kms_key_id"), "the export"):
            yield problem


check = ExportDestinationEncrypted()
