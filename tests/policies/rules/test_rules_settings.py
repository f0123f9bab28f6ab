"""Rules that are tables of required settings."""

from __future__ import annotations

from typing import Any

import pytest
from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, Document, both, change, changed, drop, evaluate_rule, plan, put, resources, tier

from lakekit_policies.rules._shared.settings_rule import Setting

__all__ = ["test_passes", "test_rejects"]

_KEY = "arn:aws:kms:eu-west-1:111111111111:key/0b7c1f2e-1111-4222-8333-abcdefabcdef"

CASES = [
    Case(
        "LK_ACCOUNT_1",
        resources(
            aws_iam_account_password_policy={"P": {"minimum_password_length": 14, "password_reuse_prevention": 24}}
        ),
        {
            "short": (put("aws_iam_account_password_policy/P/minimum_password_length", 8), "is 8, below 14"),
            "default": (drop("aws_iam_account_password_policy/P/minimum_password_length"), "is 6, below 14"),
            "reuse": (drop("aws_iam_account_password_policy/P/password_reuse_prevention"), "is not set, below 24"),
        },
    ),
    Case(
        "LK_ACCOUNT_2",
        resources(
            aws_ebs_snapshot_block_public_access={"B": {"state": "block-all-sharing"}},
            aws_ec2_instance_metadata_defaults={"D": {"http_tokens": "required"}},
            aws_ec2_serial_console_access={"S": {"enabled": False}},
            aws_vpc_block_public_access_options={"O": {"internet_gateway_block_mode": "block-ingress"}},
            aws_ec2_image_block_public_access={"I": {"state": "block-new-sharing"}},
        ),
        {
            "snapshots": (put("aws_ebs_snapshot_block_public_access/B/state", "unblocked"), "state is unblocked"),
            "images": (put("aws_ec2_image_block_public_access/I/state", "unblocked"), "state is unblocked"),
            "IMDSv1": (put("aws_ec2_instance_metadata_defaults/D/http_tokens", "no-preference"), "no-preference"),
            "console": (drop("aws_ec2_serial_console_access/S/enabled"), "enabled is true"),
            "gateways": (put("aws_vpc_block_public_access_options/O/internet_gateway_block_mode", "off"), "is off"),
            "exclusion": (
                put(
                    "resource/aws_vpc_block_public_access_exclusion",
                    {"E": {"internet_gateway_exclusion_mode": "allow-bidirectional"}},
                ),
                "allow-bidirectional",
            ),
        },
    ),
    Case(
        "LK_ACCOUNT_3",
        resources(
            aws_guardduty_detector={"G": {"enable": True}},
            aws_config_configuration_recorder={"R": {"recording_group": [{"all_supported": True}]}},
            aws_config_configuration_recorder_status={"S": {"is_enabled": True}},
        ),
        {
            "detector": (put("aws_guardduty_detector/G/enable", False), "enable is false"),
            "recorder": (put("aws_config_configuration_recorder_status/S/is_enabled", False), "is_enabled is false"),
            "partial recorder": (
                put("aws_config_configuration_recorder/R/recording_group/0/all_supported", False),
                "all_supported is false",
            ),
            "paused": (put("resource/aws_macie2_account", {"M": {"status": "PAUSED"}}), "status is PAUSED"),
            "archived": (put("resource/aws_guardduty_filter", {"F": {"action": "ARCHIVE"}}), "action is ARCHIVE"),
            "trusted addresses": (put("resource/aws_guardduty_ipset", {"I": {"activate": True}}), "no findings"),
        },
        {"a recorder with the default group": drop("aws_config_configuration_recorder/R/recording_group")},
    ),
    Case(
        "LK_COGNITO_1",
        resources(
            aws_cognito_user_pool={
                "P": {
                    "mfa_configuration": "ON",
                    "deletion_protection": "ACTIVE",
                    "admin_create_user_config": [{"allow_admin_create_user_only": True}],
                }
            }
        ),
        {
            "no MFA": (drop("aws_cognito_user_pool/P/mfa_configuration"), "mfa_configuration is OFF, not ON"),
            "self sign-up": (drop("aws_cognito_user_pool/P/admin_create_user_config"), "allow_admin_create_user_only"),
            "deletion": (drop("aws_cognito_user_pool/P/deletion_protection"), "not ACTIVE"),
        },
        {"deletion in dev": both(drop("aws_cognito_user_pool/P/deletion_protection"), tier("dev"))},
    ),
    Case(
        "LK_COGNITO_2",
        resources(
            aws_cognito_identity_pool={"P": {"allow_unauthenticated_identities": False}},
            aws_cognito_identity_pool_roles_attachment={
                "A": {"roles": {"authenticated": "arn:aws:iam::111111111111:role/a"}}
            },
        ),
        {
            "guests": (put("aws_cognito_identity_pool/P/allow_unauthenticated_identities", True), "identities is true"),
            "classic flow": (put("aws_cognito_identity_pool/P/allow_classic_flow", True), "allow_classic_flow is true"),
            "a role for guests": (
                put(
                    "aws_cognito_identity_pool_roles_attachment/A/roles",
                    {"unauthenticated": "arn:aws:iam::111111111111:role/a"},
                ),
                "unauthenticated users get a role",
            ),
        },
    ),
    Case(
        "LK_COGNITO_3",
        resources(aws_cognito_user_pool_client={"C": {"allowed_oauth_flows": ["code"]}}),
        {
            "implicit": (put("aws_cognito_user_pool_client/C/allowed_oauth_flows", ["code", "implicit"]), "implicit"),
            "password": (
                put("aws_cognito_user_pool_client/C/explicit_auth_flows", ["ALLOW_USER_PASSWORD_AUTH"]),
                "ALLOW_USER_PASSWORD_AUTH",
            ),
            "user names": (put("aws_cognito_user_pool_client/C/prevent_user_existence_errors", "LEGACY"), "LEGACY"),
        },
    ),
    Case(
        "LK_LAMBDA_4",
        resources(
            aws_lambda_code_signing_config={"C": {"policies": [{"untrusted_artifact_on_deployment": "Enforce"}]}}
        ),
        {"default": (drop("aws_lambda_code_signing_config/C/policies"), "is Warn, not Enforce")},
    ),
    Case(
        "LK_BACKUP_1",
        resources(
            aws_backup_plan={"P": {"rule": [{"lifecycle": [{"delete_after": 35}]}]}},
            aws_backup_vault_lock_configuration={"L": {"min_retention_days": 7}},
        ),
        {
            "a day": (put("aws_backup_plan/P/rule/0/lifecycle/0/delete_after", 1), "is 1, below 35"),
            "the second rule": (
                put("aws_backup_plan/P/rule", [{}, {"lifecycle": [{"delete_after": 2}]}]),
                "is 2, below 35",
            ),
            "maximum": (put("aws_backup_vault_lock_configuration/L/max_retention_days", 3), "is 3, below 35"),
            "no minimum": (drop("aws_backup_vault_lock_configuration/L/min_retention_days"), "is not set, below 7"),
            "file systems": (
                put("resource/aws_efs_backup_policy", {"E": {"backup_policy": [{"status": "DISABLED"}]}}),
                "status is DISABLED",
            ),
        },
        {
            "without expiration": drop("aws_backup_plan/P/rule/0/lifecycle"),
            "in dev": both(put("aws_backup_plan/P/rule/0/lifecycle/0/delete_after", 3), tier("dev")),
        },
    ),
    Case(
        "LK_BACKUP_2",
        resources(aws_ebs_snapshot_copy={"C": {"encrypted": True, "kms_key_id": _KEY}}),
        {
            "no key": (drop("aws_ebs_snapshot_copy/C/kms_key_id"), "kms_key_id has no KMS key"),
            "clear": (put("aws_ebs_snapshot_copy/C/encrypted", False), "encrypted is false"),
            "managed key": (put("aws_ebs_snapshot_copy/C/kms_key_id", "alias/aws/ebs"), "AWS managed key"),
            "cluster": (put("resource/aws_rds_cluster_snapshot_copy", {"C": {}}), "has no KMS key"),
            "Redshift": (put("resource/aws_redshift_snapshot_copy", {"C": {}}), "snapshot_copy_grant_name is not set"),
            "lifecycle policy": (
                put(
                    "resource/aws_dlm_lifecycle_policy",
                    {"L": {"policy_details": [{"schedule": [{"cross_region_copy_rule": [{"encrypted": False}]}]}]}},
                ),
                "cross_region_copy_rule.encrypted is false",
            ),
        },
    ),
    Case(
        "LK_BACKUP_3",
        resources(
            aws_secretsmanager_secret={"S": {"name": "s"}},
            aws_dynamodb_table={"T": {"point_in_time_recovery": [{"enabled": True}]}},
            aws_sqs_queue={"Q": {"name": "q"}},
            aws_ecr_repository={"R": {"name": "r"}},
        ),
        {
            "secret": (put("aws_secretsmanager_secret/S/recovery_window_in_days", 0), "is 0, below 7"),
            "items": (put("aws_dynamodb_table/T/point_in_time_recovery/0/recovery_period_in_days", 1), "is 1, below 7"),
            "messages": (put("aws_sqs_queue/Q/message_retention_seconds", 60), "is 60, below 86400"),
            "images": (put("aws_ecr_repository/R/force_delete", True), "force_delete is true"),
            "snapshot": (put("resource/aws_redshiftserverless_snapshot", {"S": {"retention_period": 1}}), "is 1"),
        },
        {
            "in dev": both(put("aws_secretsmanager_secret/S/recovery_window_in_days", 0), tier("dev")),
            "kept without limit": put(
                "resource/aws_redshift_cluster_snapshot", {"S": {"manual_snapshot_retention_period": -1}}
            ),
        },
    ),
    Case(
        "LK_RDS_7",
        resources(
            aws_secretsmanager_secret={"S": {"replica": [{"region": "us-east-1", "kms_key_id": _KEY}]}},
            aws_dynamodb_table={"T": {}},
        ),
        {
            "secret": (drop("aws_secretsmanager_secret/S/replica/0/kms_key_id"), "replica.kms_key_id has no KMS key"),
            "table": (put("aws_dynamodb_table/T/replica", [{"region_name": "us-east-1"}]), "has no KMS key"),
            "one of two": (
                put("aws_dynamodb_table/T/replica", [{"kms_key_arn": _KEY}, {"region_name": "us-east-1"}]),
                "has no KMS key",
            ),
            "global table": (put("resource/aws_dynamodb_global_table", {"G": {"name": "t"}}), "version 2017"),
            "file system": (
                put("resource/aws_efs_replication_configuration", {"R": {"destination": [{"region": "us-east-1"}]}}),
                "has no KMS key",
            ),
        },
    ),
    Case(
        "LK_RDS_8",
        resources(
            aws_neptune_cluster_parameter_group={
                "N": {"parameter": [{"name": "neptune_enable_audit_log", "value": "1"}]}
            }
        ),
        {
            "off": (put("aws_neptune_cluster_parameter_group/N/parameter/0/value", "0"), "is 0, not 1"),
            "DocumentDB": (put("resource/aws_docdb_cluster_parameter_group", {"D": {}}), "audit_logs is not set"),
        },
    ),
    Case(
        "LK_CACHE_2",
        resources(
            aws_elasticache_serverless_cache={"C": {"kms_key_id": _KEY}},
            aws_elasticache_cluster={"M": {"transit_encryption_enabled": True}},
        ),
        {
            "no key": (drop("aws_elasticache_serverless_cache/C/kms_key_id"), "has no KMS key"),
            "clear text": (drop("aws_elasticache_cluster/M/transit_encryption_enabled"), "is not set, not true"),
            "no password": (put("resource/aws_elasticache_user", {"U": {"no_password_required": True}}), "is true"),
            "everyone": (put("resource/aws_memorydb_cluster", {"D": {"acl_name": "open-access"}}), "open-access"),
        },
        {"a member of a group": put("aws_elasticache_cluster/M", {"replication_group_id": "g"})},
    ),
    Case(
        "LK_SEARCH_1",
        resources(
            aws_opensearchserverless_security_policy={
                "N": {"type": "network", "policy": '[{"AllowFromPublic": false, "SourceVPCEs": ["vpce-1"]}]'},
                "E": {"type": "encryption", "policy": f'{{"AWSOwnedKey": false, "KmsARN": "{_KEY}"}}'},
            }
        ),
        {
            "public": (
                put("aws_opensearchserverless_security_policy/N/policy", '[{"AllowFromPublic": true}]'),
                "AllowFromPublic is true",
            ),
            "AWS owned key": (
                put("aws_opensearchserverless_security_policy/E/policy", '{"AWSOwnedKey": true}'),
                "AWSOwnedKey is true",
            ),
            "no key": (put("aws_opensearchserverless_security_policy/E/policy", '{"AWSOwnedKey": false}'), "KmsARN"),
        },
    ),
    Case(
        "LK_ML_1",
        resources(aws_sagemaker_domain={"D": {"app_network_access_type": "VpcOnly"}}),
        {
            "default": (drop("aws_sagemaker_domain/D/app_network_access_type"), "is PublicInternetOnly, not VpcOnly"),
            "features": (
                put(
                    "resource/aws_sagemaker_feature_group",
                    {"F": {"offline_store_config": [{"s3_storage_config": [{}]}]}},
                ),
                "has no KMS key",
            ),
        },
    ),
    Case(
        "LK_ML_2",
        resources(aws_bedrockagent_agent={"A": {"customer_encryption_key_arn": _KEY}}),
        {
            "no key": (drop("aws_bedrockagent_agent/A/customer_encryption_key_arn"), "has no KMS key"),
            "no logs": (
                put(
                    "resource/aws_bedrock_model_invocation_logging_configuration",
                    {"L": {"logging_config": [{"text_data_delivery_enabled": False}]}},
                ),
                "text_data_delivery_enabled is false",
            ),
        },
    ),
    Case(
        "LK_MWAA_1",
        resources(
            aws_mwaa_environment={
                "M": {
                    "kms_key": _KEY,
                    "logging_configuration": [
                        {"task_logs": [{"enabled": True}], "dag_processing_logs": [{"enabled": True}]}
                    ],
                }
            }
        ),
        {
            "no key": (drop("aws_mwaa_environment/M/kms_key"), "kms_key has no KMS key"),
            "no logs": (put("aws_mwaa_environment/M/logging_configuration/0/task_logs/0/enabled", False), "is false"),
            "not set": (drop("aws_mwaa_environment/M/logging_configuration"), "task_logs.enabled is not set"),
        },
    ),
    Case(
        "LK_GLUE_13",
        resources(aws_glue_catalog_database={"D": {"name": "d"}}),
        {
            "a key": (put("resource/aws_glue_dev_endpoint", {"E": {"public_key": "ssh-rsa AAAA"}}), "by public_key"),
            "several": (put("resource/aws_glue_dev_endpoint", {"E": {"public_keys": ["ssh-rsa A"]}}), "by public_keys"),
            "none": (put("resource/aws_glue_dev_endpoint", {"E": {"name": "e"}}), "runs without end"),
        },
    ),
    Case(
        "LK_GLUE_14",
        resources(aws_glue_job={"J": {"default_arguments": {"--conf": "spark.authenticate=true "}}}),
        {
            "no authentication": (
                put(
                    "aws_glue_job/J/default_arguments/--conf", "spark.ui.enabled=true --conf spark.authenticate = False"
                ),
                "sets spark.authenticate to False",
            ),
            "no encryption": (
                put("aws_glue_job/J/non_overridable_arguments", {"--conf": "spark.ssl.rpc.enabled=0"}),
                "sets spark.ssl.rpc.enabled to 0",
            ),
            "an index in clear text": (
                put(
                    "aws_glue_job/J/default_arguments",
                    {"--python-modules-installer-option": "--index-url http://10.0.0.1/simple"},
                ),
                "is not verified",
            ),
            "any certificate": (
                put(
                    "aws_glue_job/J/default_arguments",
                    {"--python-modules-installer-option": "--trusted-host packages.acme.example"},
                ),
                "is not verified",
            ),
        },
        {
            "an index": put(
                "aws_glue_job/J/default_arguments",
                {"--python-modules-installer-option": "--index-url https://packages.acme.example/simple"},
            )
        },
    ),
    Case(
        "LK_ECR_3",
        resources(aws_glue_catalog_database={"D": {"name": "d"}}),
        {"public": (put("resource/aws_ecrpublic_repository", {"R": {"repository_name": "etl"}}), "etl are public")},
    ),
    Case(
        "LK_S3_40",
        resources(
            aws_s3tables_table_bucket={
                "B": {"encryption_configuration": {"sse_algorithm": "aws:kms", "kms_key_arn": _KEY}}
            },
            aws_s3tables_table={"T": {"name": "t"}},
        ),
        {
            "not set": (drop("aws_s3tables_table_bucket/B/encryption_configuration"), "is AES256, not aws:kms"),
            "no key": (drop("aws_s3tables_table_bucket/B/encryption_configuration/kms_key_arn"), "has no KMS key"),
            "weaker table": (
                put("aws_s3tables_table/T/encryption_configuration", {"sse_algorithm": "AES256"}),
                "is AES256, not aws:kms",
            ),
        },
    ),
    Case(
        "LK_S3_41",
        resources(
            aws_s3_bucket_object_lock_configuration={
                "L": {"rule": [{"default_retention": [{"mode": "COMPLIANCE", "days": 30}]}]}
            }
        ),
        {
            "a day": (put("aws_s3_bucket_object_lock_configuration/L/rule/0/default_retention/0/days", 1), "below 7"),
            "a century": (
                put("aws_s3_bucket_object_lock_configuration/L/rule/0/default_retention/0", {"years": 100}),
                "is 100, above 10",
            ),
        },
        {
            "years": put("aws_s3_bucket_object_lock_configuration/L/rule/0/default_retention/0", {"years": 1}),
            "without a default": drop("aws_s3_bucket_object_lock_configuration/L/rule"),
        },
    ),
    Case(
        "LK_VPC_15",
        resources(
            aws_lb={"L": {"internal": True}},
            aws_api_gateway_rest_api={"A": {"endpoint_configuration": [{"types": ["PRIVATE"]}]}},
        ),
        {
            "a public load balancer": (put("aws_lb/L/internal", False), "internal is false, not true"),
            "default": (drop("aws_lb/L/internal"), "internal is not set, not true"),
            "clear text": (put("resource/aws_lb_listener", {"H": {"protocol": "HTTP"}}), "protocol is HTTP"),
            "a public API": (drop("aws_api_gateway_rest_api/A/endpoint_configuration"), "is EDGE, not PRIVATE"),
            "no authorization": (put("resource/aws_apigatewayv2_route", {"R": {"route_key": "$default"}}), "is NONE"),
            "a public broker": (put("resource/aws_mq_broker", {"B": {"publicly_accessible": True}}), "is true"),
        },
    ),
    Case(
        "LK_S3_42",
        resources(
            aws_s3_bucket_replication_configuration={
                "R": {"rule": [{"destination": [{"encryption_configuration": [{"replica_kms_key_id": _KEY}]}]}]}
            }
        ),
        {
            "no key": (
                put(
                    "aws_s3_bucket_replication_configuration/R/rule/0/destination",
                    [{"bucket": "arn:aws:s3:::acme-raw"}],
                ),
                "has no KMS key",
            ),
            "the second rule": (
                put("aws_s3_bucket_replication_configuration/R/rule", [{"destination": [{}]}]),
                "has no KMS key",
            ),
        },
    ),
    Case(
        "LK_RDS_9",
        resources(aws_docdb_cluster={"D": {"deletion_protection": True}}, aws_db_proxy={"P": {"debug_logging": False}}),
        {
            "deletion": (drop("aws_docdb_cluster/D/deletion_protection"), "deletion_protection is not set, not true"),
            "debug log": (put("aws_db_proxy/P/debug_logging", True), "debug_logging is true"),
            "passwords in clear text": (
                put("resource/aws_docdbelastic_cluster", {"E": {"auth_type": "PLAIN_TEXT", "kms_key_id": _KEY}}),
                "auth_type is PLAIN_TEXT",
            ),
            "optional TLS": (
                put("resource/aws_elasticache_replication_group", {"R": {"transit_encryption_mode": "preferred"}}),
                "is preferred",
            ),
        },
    ),
    Case(
        "LK_QUICKSIGHT_1",
        resources(aws_quicksight_data_source={"S": {"ssl_properties": [{"disable_ssl": False}]}}),
        {
            "no TLS": (put("aws_quicksight_data_source/S/ssl_properties/0/disable_ssl", True), "disable_ssl is true"),
            "edition": (
                put("resource/aws_quicksight_account_subscription", {"A": {"edition": "STANDARD"}}),
                "STANDARD",
            ),
        },
    ),
    Case(
        "LK_DATASYNC_2",
        resources(aws_datasync_location_efs={"E": {"in_transit_encryption": "TLS1_2"}}),
        {
            "default": (drop("aws_datasync_location_efs/E/in_transit_encryption"), "is NONE, not TLS1_2"),
            "HTTP": (put("resource/aws_datasync_location_object_storage", {"O": {"server_protocol": "HTTP"}}), "HTTP"),
        },
    ),
]


@pytest.mark.parametrize(
    ("setting", "block", "expected"),
    [
        (Setting("t", "a", allowed=(True,)), {"a": "${var.a}"}, []),
        (Setting("t", "a", allowed=("x", "y")), {"a": ["x", "z"]}, ["a is x, z, not x or y"]),
        (Setting("t", "a", rejected=("x",)), {}, []),
        (Setting("t", "a", rejected=(0,)), {"a": 0}, ["a is 0"]),
        (Setting("t", "a", minimum=2), {"a": "1"}, ["a is 1, below 2"]),
        (Setting("t", "a", minimum=2), {"a": True}, ["a is true, below 2"]),
        (Setting("t", "a", maximum=2), {"a": 3}, ["a is 3, above 2"]),
        (Setting("t", "a", required=True, why="needed"), {"a": ""}, ["a is not set: needed"]),
        (Setting("t", "a.b", required=True), {"a": []}, ["a.b is not set"]),
        (Setting("t", "a.b", required=True, if_block=True), {"a": []}, []),
        (Setting("t", "a.b", required=True, unless="c"), {"a": [{"c": 1}, {}]}, ["a.b is not set"]),
    ],
)
def test_a_setting_states_what_is_given_and_required(
    setting: Setting, block: dict[str, Any], expected: list[str]
) -> None:
    assert list(setting.problems(block)) == expected


@pytest.mark.parametrize("case", CASES, ids=[case.rule for case in CASES])
def test_settings_are_required_at_plan(case: Case) -> None:
    edit, _ = next(iter(case.bad.values()))
    assert evaluate_rule(case.rule, planned(case.good)) == []
    assert evaluate_rule(case.rule, planned(changed(case.good, edit)))


def planned(document: Document) -> Document:
    """The plan that creates the resources of a configuration."""
    return plan(
        *(
            change(f"{kind}.{name}", "create", None, body)
            for kind, named in document["resource"].items()
            for name, body in named.items()
        )
    )
