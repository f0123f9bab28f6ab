"""Blocks of a plan whose number is not known.

The configuration of a plan lists no dynamic blocks: a block that is unknown as a whole is either a dynamic one with an
unknown number of instances, or one that is not set and that the provider computes. The schema of a provider does not
tell which blocks are computed; these lists are from its source (``Optional`` without ``Computed``, and with it).
"""

from __future__ import annotations

from typing import Final

from lakekit_policies.terraform import schema

_NEVER_COMPUTED: Final = {
    "aws_athena_workgroup": ("configuration",),
    "aws_cloudtrail": ("advanced_event_selector", "event_selector", "insight_selector"),
    "aws_db_parameter_group": ("parameter",),
    "aws_ecr_repository": ("encryption_configuration", "image_scanning_configuration"),
    "aws_kinesis_firehose_delivery_stream": ("extended_s3_configuration", "server_side_encryption"),
    "aws_lambda_function": ("dead_letter_config", "environment", "vpc_config"),
    "aws_msk_cluster": ("client_authentication", "encryption_info", "logging_info", "open_monitoring"),
    "aws_opensearch_domain": ("log_publishing_options", "vpc_options"),
    "aws_quicksight_data_source": ("ssl_properties",),
    "aws_rds_cluster_parameter_group": ("parameter",),
    "aws_redshift_parameter_group": ("parameter",),
    "aws_s3_bucket_lifecycle_configuration": ("rule",),
}
"""Optional blocks of resources that rules require."""
_COMPUTED_INSIDE: Final = {
    "aws_cloudfront_distribution": ("grpc_config",),
    "aws_emr_cluster": ("ebs_config",),
    "aws_kinesisanalyticsv2_application": (
        "application_snapshot_configuration",
        "flink_application_configuration",
        "run_configuration",
    ),
    "aws_msk_cluster": ("connectivity_info", "storage_info", "vpc_connectivity"),
    "aws_s3control_multi_region_access_point": ("region",),
}
"""Blocks inside of other blocks that the provider computes."""


def is_dynamic(kind: str, name: str) -> bool:
    """Whether a block of a resource type that is unknown as a whole is a dynamic one."""
    return name in schema.load().required.get(kind, ()) or name in _NEVER_COMPUTED.get(kind, ())


def is_dynamic_inside(kind: str, name: str) -> bool:
    """Whether a block inside of another one that is unknown as a whole is a dynamic one."""
    return schema.load().is_block(kind, name) and name not in _COMPUTED_INSIDE.get(kind, ())
