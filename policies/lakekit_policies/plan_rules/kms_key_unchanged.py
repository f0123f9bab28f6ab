from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import PlanRule, Problem
from lakekit_policies.terraform import stack_context
from lakekit_policies.terraform.plan_changes import value_at
from lakekit_policies.terraform.plan_file import PlanFile

KEY_ATTRIBUTES = {
    "aws_s3_bucket_server_side_encryption_configuration": (
        "rule.apply_server_side_encryption_by_default.kms_master_key_id",
    ),
    "aws_glue_data_catalog_encryption_settings": (
        "data_catalog_encryption_settings.encryption_at_rest.sse_aws_kms_key_id",
        "data_catalog_encryption_settings.connection_password_encryption.aws_kms_key_id",
    ),
}


class KmsKeyUnchanged(PlanRule):
    id = "LK_PLAN_4"
    title = "Plans do not change the KMS key of existing data"
    severity = "high"
    rationale = (
        "Existing objects stay encrypted with their previous key: after a change, both keys are required, and the "
        "previous key must not be deleted."
    )
    remedy = (
        "Keep the key (rotation changes its key material, not its id), or plan a migration that re-encrypts the data."
    )
    reference = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html"
    pack = "plan"
    controls = {"nist": ["SC-12", "CM-3"], "soc2": ["CC6.1", "CC8.1"]}

    def problems(self, plan: PlanFile) -> Iterable[Problem]:
        if stack_context.current().tier == "sandbox":
            return
        for change in plan.changes():
            for path in KEY_ATTRIBUTES.get(change.type, ()):
                before, after = value_at(change.before, path), value_at(change.after, path)
                unknown = value_at(change.after_unknown, path) is True
                if before and change.after and (unknown or (after and after != before)):
                    yield Problem(
                        change.address, f"{path} changes from {before} to {'a new key' if unknown else after}"
                    )


check = KmsKeyUnchanged()
