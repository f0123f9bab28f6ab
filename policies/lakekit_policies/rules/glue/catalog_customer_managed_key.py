from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.rules._shared.kms_keys import key_problem
from lakekit_policies.terraform.blocks import Block, nested


class CatalogCustomerManagedKey(Rule):
    id = "LK_GLUE_3"
    title = "Glue Data Catalog and connection passwords use a customer managed key"
    severity = "high"
    rationale = (
        "The policy of `alias/aws/glue` allows every principal of the account. CKV_AWS_94 checks that encryption is "
        "enabled; this rule checks the key."
    )
    remedy = "Set `sse_aws_kms_key_id` and `connection_password_encryption.aws_kms_key_id` to the lake's key."
    reference = "https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html"
    pack = "lakehouse"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    resources = ("aws_glue_data_catalog_encryption_settings",)

    def problems(self, block: Block) -> Iterable[str]:
        for settings in nested(block, "data_catalog_encryption_settings"):
            for part, attribute, label in (
                ("encryption_at_rest", "sse_aws_kms_key_id", "catalog encryption"),
                ("connection_password_encryption", "aws_kms_key_id", "connection password encryption"),
            ):
                for part_settings in nested(settings, part):
                    value = part_settings.get(attribute)
                    problem = key_problem(value, label) if value else None
                    if problem:
                        yield problem


check = CatalogCustomerManagedKey()
