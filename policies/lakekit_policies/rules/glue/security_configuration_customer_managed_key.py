from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class SecurityConfigurationCustomerManagedKey(Rule):
    id = "LK_GLUE_12"
    title = "Glue security configurations use customer managed keys"
    severity = "high"
    rationale = "A mode without a key, or with the key that AWS manages, opens to every principal of the account."
    remedy = "Name a key of ours in all three parts; that they are on is CKV_AWS_99's matter."
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
