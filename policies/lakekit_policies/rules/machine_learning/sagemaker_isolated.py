from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class SagemakerIsolated(SettingsRule):
    id = "LK_ML_1"
    title = "SageMaker runs in the VPC and encrypts its data"
    severity = "high"
    rationale = (
        "A domain or job with direct internet access can send data anywhere; features and captured requests are "
        "copies of the data."
    )
    remedy = "Use `VpcOnly`, network isolation and customer managed keys."
    reference = "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html"
    pack = "baseline"
    controls = {"nist": ["AC-3", "SC-7"], "soc2": ["CC6.6"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_sagemaker_domain", "app_network_access_type", allowed=("VpcOnly",), default="PublicInternetOnly"),
        Setting(
            "aws_sagemaker_feature_group", "online_store_config.security_config.kms_key_id", key=True, if_block=True
        ),
        Setting(
            "aws_sagemaker_feature_group", "offline_store_config.s3_storage_config.kms_key_id", key=True, if_block=True
        ),
        Setting(
            "aws_sagemaker_data_quality_job_definition", "network_config.enable_network_isolation", allowed=(True,)
        ),
        Setting("aws_sagemaker_data_quality_job_definition", "data_quality_job_output_config.kms_key_id", key=True),
        Setting(
            "aws_sagemaker_workteam", "notification_configuration.notification_topic_arn", if_block=True, required=True
        ),
        Setting("aws_sagemaker_notebook_instance", "security_groups", required=True),
    )


check = SagemakerIsolated()
