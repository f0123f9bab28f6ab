from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

# Resource type to its description attribute. KMS keys, databases and tables have their own rules.
DESCRIPTION_ATTRIBUTES = {
    "aws_athena_workgroup": "description",
    "aws_cloudwatch_event_rule": "description",
    "aws_emr_studio": "description",
    "aws_glue_connection": "description",
    "aws_glue_job": "description",
    "aws_glue_crawler": "description",
    "aws_glue_registry": "description",
    "aws_glue_schema": "description",
    "aws_glue_trigger": "description",
    "aws_glue_workflow": "description",
    "aws_iam_policy": "description",
    "aws_iam_role": "description",
    "aws_kinesisanalyticsv2_application": "description",
    "aws_msk_configuration": "description",
    "aws_mskconnect_connector": "description",
    "aws_scheduler_schedule": "description",
    "aws_secretsmanager_secret": "description",
    "aws_security_group": "description",
    "aws_ssm_parameter": "description",
    "aws_vpc_security_group_egress_rule": "description",
    "aws_vpc_security_group_ingress_rule": "description",
    "snowflake_database": "comment",
    "snowflake_external_volume": "comment",
    "snowflake_file_format": "comment",
    "snowflake_masking_policy": "comment",
    "snowflake_network_policy": "comment",
    "snowflake_pipe": "comment",
    "snowflake_row_access_policy": "comment",
    "snowflake_schema": "comment",
    "snowflake_service_user": "comment",
    "snowflake_stage": "comment",
    "snowflake_storage_integration": "comment",
    "snowflake_tag": "comment",
    "snowflake_warehouse": "comment",
}
PLACEHOLDERS = ("managed by terraform", "todo", "tbd", "n/a", "-", "description", "test")


class DescriptionRequired(Rule):
    id = "LK_GOV_1"
    title = "Resources that accept a description have one"
    severity = "low"
    rationale = (
        "Roles, security groups and warehouses are reviewed and removed by people who did not create them. The "
        'provider\'s default description, "Managed by Terraform", carries no information.'
    )
    remedy = "Describe in a sentence who uses the resource and for what."
    reference = "https://docs.aws.amazon.com/wellarchitected/latest/framework/ops_ready_to_support_use_runbooks.html"
    pack = "baseline"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    resources = tuple(DESCRIPTION_ATTRIBUTES)

    def problems(self, block: Block) -> Iterable[str]:
        attribute = DESCRIPTION_ATTRIBUTES[self.entity_type]
        description = str(block.get(attribute) or "").strip()
        if not description:
            yield f"{attribute} is not set"
        elif description.lower().rstrip(".") in PLACEHOLDERS:
            yield f"{attribute} is the placeholder {description!r}"


check = DescriptionRequired()
