from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class SecurityConfigurationCustomerManagedKey(Rule):
    id = "LK_GLUE_12"
    title = "Glue security configurations use customer managed keys"
    severity = "high"
    rationale = "Encryption without a customer managed key allows decryption by every principal of the account."
    remedy = (
        "Set `kms_key_arn` to a customer managed key in all three parts. CKV_AWS_99 checks that encryption is enabled."
    )
    reference = "https://docs.aws.amazon.com/glue/latest/dg/encryption-security-configuration.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_glue_security_configuration",)

    def problems(self, block: Block) -> Iterable[str]:
        for part in ("cloudwatch_encryption", "job_bookmarks_encryption", "s3_encryption"):
            for settings in nested(block, "encryption_configuration", part):
                problem = key_problem(settings.get("kms_key_arn"), part)
                if problem:
                    yield problem


check = SecurityConfigurationCustomerManagedKey()
