from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class AthenaScanLimit(Rule):
    id = "LK_ATHENA_1"
    title = "Athena workgroups limit scanned bytes and set the result location"
    severity = "high"
    rationale = (
        "A query without a partition filter reads the whole table at full cost. A client-side result location allows "
        "data exfiltration."
    )
    remedy = (
        "Set `bytes_scanned_cutoff_per_query`, an `output_location` with `expected_bucket_owner`, and a customer "
        "managed key."
    )
    reference = "https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html"
    pack = "cost"
    controls = {"nist": ["AC-4", "SC-6"], "soc2": ["A1.1", "CC6.1"]}
    resources = ("aws_athena_workgroup",)

    def problems(self, block: Block) -> Iterable[str]:
        configurations = nested(block, "configuration")
        if not any(part.get("bytes_scanned_cutoff_per_query") for part in configurations):
            yield "bytes_scanned_cutoff_per_query is not set"
        results = nested(block, "configuration", "result_configuration")
        if not any(part.get("output_location") and part.get("expected_bucket_owner") for part in results):
            yield "output_location and expected_bucket_owner are not both set"
        for part in nested(block, "configuration", "result_configuration", "encryption_configuration"):
            problem = key_problem(part.get("kms_key_arn"), "result encryption")
            if problem:
                yield problem


check = AthenaScanLimit()
