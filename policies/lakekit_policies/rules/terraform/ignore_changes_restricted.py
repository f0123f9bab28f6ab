from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Problem, StackRule
from lakekit_policies.terraform.blocks import as_list
from lakekit_policies.terraform.synthesized_stack import SynthesizedStack

PROTECTIVE_TYPES = (
    "aws_s3_bucket_ownership_controls",
    "aws_s3_bucket_policy",
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_server_side_encryption_configuration",
    "aws_s3_bucket_versioning",
    "aws_kms_key",
    "aws_kms_key_policy",
    "aws_iam_policy",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_glue_data_catalog_encryption_settings",
    "aws_lakeformation_data_lake_settings",
    "aws_lakeformation_permissions",
    "aws_lakeformation_resource",
)


class IgnoreChangesRestricted(StackRule):
    id = "LK_TF_5"
    title = "ignore_changes does not cover protective settings"
    severity = "high"
    rationale = "With `ignore_changes`, plans do not report manual changes to protective settings."
    remedy = "Remove `ignore_changes` from these resources, and do not use `all`."
    reference = "https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle#ignore_changes"
    pack = "baseline"
    controls = {"nist": ["CM-3", "CM-6", "SI-7"], "soc2": ["CC7.1", "CC8.1"]}

    def problems(self, stack: SynthesizedStack) -> Iterable[Problem]:
        for block in stack.resources():
            for lifecycle in block.lifecycle:
                ignored = [str(item) for item in as_list(lifecycle.get("ignore_changes"))]
                if "all" in ignored:
                    yield Problem(block.address, "ignore_changes is all")
                elif ignored and block.kind in PROTECTIVE_TYPES:
                    yield Problem(block.address, f"ignore_changes contains {', '.join(ignored)}")


check = IgnoreChangesRestricted()
