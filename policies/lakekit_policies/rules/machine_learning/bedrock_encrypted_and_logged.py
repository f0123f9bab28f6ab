from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class BedrockEncryptedAndLogged(SettingsRule):
    id = "LK_ML_2"
    title = "Bedrock uses customer managed keys and logs its invocations"
    severity = "high"
    rationale = (
        "Prompts and training data contain the data of the lake. Without logs of invocations, it cannot be found out "
        "what was sent."
    )
    remedy = "Set the key of the resource, and keep delivery of the logs enabled."
    reference = "https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting(
            "aws_bedrock_model_invocation_logging_configuration",
            "logging_config.text_data_delivery_enabled",
            rejected=(False,),
        ),
        Setting("aws_bedrock_custom_model", "custom_model_kms_key_id", key=True),
        Setting("aws_bedrock_custom_model", "vpc_config.subnet_ids", required=True),
        Setting("aws_bedrockagent_agent", "customer_encryption_key_arn", key=True),
        Setting("aws_bedrockagent_data_source", "server_side_encryption_configuration.kms_key_arn", key=True),
        Setting("aws_bedrock_guardrail", "kms_key_arn", key=True),
    )


check = BedrockEncryptedAndLogged()
