from __future__ import annotations

from collections.abc import Iterable

from lakekit_policies.rule import Rule
from lakekit_policies.secrets.find import find_in_settings
from lakekit_policies.terraform.blocks import Block, mapping, nested


class FlinkVpcAndLogging(Rule):
    id = "LK_FLINK_2"
    title = "Flink applications run in the VPC, log, and contain no credentials"
    severity = "high"
    rationale = (
        "Outside of a VPC, an application can send records to the internet. Its properties are visible to every "
        "principal with `kinesisanalytics:DescribeApplication`."
    )
    remedy = (
        "Set `vpc_configuration` and `cloudwatch_logging_options`; let the application's role read secrets "
        "(`FlinkApplication` does)."
    )
    reference = "https://docs.aws.amazon.com/managed-flink/latest/java/vpc.html"
    pack = "streaming"
    controls = {"nist": ["SC-7", "AU-2", "IA-5"], "soc2": ["CC6.1", "CC6.6", "CC7.2"]}
    resources = ("aws_kinesisanalyticsv2_application",)

    def problems(self, block: Block) -> Iterable[str]:
        if not nested(block, "application_configuration", "vpc_configuration"):
            yield "vpc_configuration is not set"
        if not nested(block, "cloudwatch_logging_options"):
            yield "cloudwatch_logging_options is not set"
        groups = ("application_configuration", "environment_properties", "property_group")
        for group in nested(block, *groups):
            for problem in find_in_settings(mapping(group, "property_map")):
                yield f"property {group.get('property_group_id', '')}.{problem}"


check = FlinkVpcAndLogging()
