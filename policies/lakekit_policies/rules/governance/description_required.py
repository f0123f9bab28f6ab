from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.terraform.blocks import Block

# Type to the attribute that says it. Keys, databases and tables have rules of their own; so have Snowflake's.
DESCRIBED = {
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
FILLERS = ("managed by terraform", "todo", "tbd", "n/a", "-", "description", "test")


class DescriptionRequired(Rule):
    id = "LK_GOV_1"
    title = "Resources that accept a description have one"
    severity = "low"
    rationale = (
        "Roles, groups and warehouses outlive who made them. One that says what it is for can be reviewed, and "
        'removed, by somebody else. Terraform fills in "Managed by Terraform", which says nothing.'
    )
    remedy = "Say in a sentence who uses it for what."
    reference = "https://docs.aws.amazon.com/wellarchitected/latest/framework/ops_ready_to_support_use_runbooks.html"
    pack = "baseline"
    controls = {"nist": ["CM-8", "PM-5"], "soc2": ["CC2.1"]}
    resources = tuple(DESCRIBED)

    def problems(self, block: Block) -> Iterable[str]:
        attribute = DESCRIBED[self.entity_type]
        said = str(block.get(attribute) or "").strip()
        if not said:
            yield f"{attribute} is not set"
        elif said.lower().rstrip(".") in FILLERS:
            yield f"{attribute} is {said!r}, which says nothing"


check = DescriptionRequired()
