from __future__ import annotations

from typing import ClassVar

from lakekit_policies.rules._shared.settings_rule import Setting, SettingsRule


class ReplicasEncrypted(SettingsRule):
    id = "LK_RDS_7"
    title = "Replicas of secrets and tables use a customer managed key"
    severity = "high"
    rationale = (
        "A replica is a full copy in another region. Without a key of its own it uses the AWS managed key, which "
        "cannot be restricted."
    )
    remedy = (
        "Set the key of the region of the replica. Replace `aws_dynamodb_global_table` by `replica` blocks of the "
        "table."
    )
    reference = "https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html"
    pack = "baseline"
    controls = {"nist": ["SC-12", "SC-28(1)"], "soc2": ["CC6.1"]}
    settings: ClassVar[tuple[Setting, ...]] = (
        Setting("aws_secretsmanager_secret", "replica.kms_key_id", key=True, if_block=True),
        Setting("aws_dynamodb_table", "replica.kms_key_arn", key=True, if_block=True),
        Setting("aws_dynamodb_table_replica", "kms_key_arn", key=True),
        Setting(
            "aws_dynamodb_global_table", "kms_key_arn", key=True, why="global tables of version 2017 cannot have one"
        ),
        Setting("aws_efs_replication_configuration", "destination.kms_key_id", key=True),
    )


check = ReplicasEncrypted()
