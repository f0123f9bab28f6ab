"""Rules for types around a lakehouse: shares, integrations, domains, detection, transfer and search."""

from __future__ import annotations

from rule_case_tests import test_passes, test_rejects
from rule_cases import Case, both, drop, put, resources, tier

__all__ = ["test_passes", "test_rejects"]

_KEY = "arn:aws:kms:eu-west-1:111111111111:key/0b7c1f2e-1111-4222-8333-abcdefabcdef"
_LOGS = '{"Logging": {"EnableLogging": true}}'
_REJECTED = "magnetic_store_write_properties/0/magnetic_store_rejected_data_location/0/s3_configuration/0"

CASES = [
    Case(
        "LK_REDSHIFT_9",
        resources(
            aws_redshift_data_share_consumer_association={"A": {"consumer_arn": "arn", "allow_writes": False}},
            aws_redshift_integration={"I": {"kms_key_id": _KEY}},
            aws_rds_integration={"R": {"kms_key_id": _KEY}},
            aws_rds_shard_group={"S": {"publicly_accessible": False}},
        ),
        {
            "account": (put("aws_redshift_data/A/associate_entire_account", True), "associate_entire_account is true"),
            "writes": (put("aws_redshift_data/A/allow_writes", True), "allow_writes is true"),
            "key": (drop("aws_redshift_integration/I/kms_key_id"), "kms_key_id has no KMS key"),
            "key of RDS": (drop("aws_rds_integration/R/kms_key_id"), "kms_key_id has no KMS key"),
            "public": (put("aws_rds_shard_group/S/publicly_accessible", True), "publicly_accessible is true"),
        },
    ),
    Case(
        "LK_S3_44",
        resources(aws_s3_bucket={"B": {"bucket": "acme-raw"}}),
        {
            "website": (
                put("resource/aws_s3_bucket_website_configuration", {"W": {"bucket": "acme-raw"}}),
                "bucket acme-raw has a website endpoint",
            )
        },
    ),
    Case(
        "LK_S3_45",
        resources(
            aws_s3control_access_grants_location={"L": {"location_scope": "s3://acme-raw/x"}},
            aws_s3_directory_bucket={"D": {"bucket": "b", "force_destroy": False}},
        ),
        {
            "every bucket": (put("aws_s3control/L/location_scope", "s3://"), "location_scope is s3://"),
            "objects": (put("aws_s3_directory_bucket/D/force_destroy", True), "force_destroy is true"),
        },
        {"objects in dev": lambda document: [put("aws_s3_dir/D/force_destroy", True)(document), tier("dev")(document)]},
    ),
    Case(
        "LK_SEARCH_2",
        resources(aws_opensearchserverless_collection={"C": {"name": "c"}}),
        {"no replica": (put("aws_open/C/standby_replicas", "DISABLED"), "standby_replicas is DISABLED")},
    ),
    Case(
        "LK_EVB_2",
        resources(aws_cloudwatch_event_bus={"B": {"name": "b", "kms_key_identifier": _KEY}}),
        {"no key": (drop("aws_cloudwatch_event_bus/B/kms_key_identifier"), "has no KMS key")},
    ),
    Case(
        "LK_DATAZONE_1",
        resources(
            aws_datazone_domain={"D": {"kms_key_identifier": _KEY, "single_sign_on": [{"user_assignment": "MANUAL"}]}}
        ),
        {
            "no key": (drop("aws_datazone_domain/D/kms_key_identifier"), "has no KMS key"),
            "everyone": (put("aws_datazone_domain/D/single_sign_on/0/user_assignment", "AUTOMATIC"), "is AUTOMATIC"),
        },
    ),
    Case(
        "LK_ACCOUNT_4",
        resources(
            aws_config_retention_configuration={"C": {"retention_period_in_days": 2557}},
            aws_guardduty_member_detector_feature={"F": {"status": "ENABLED"}},
            aws_guardduty_organization_configuration_feature={"O": {"auto_enable": "ALL"}},
            aws_macie2_findings_filter={"M": {"action": "NOOP"}},
            aws_macie2_organization_configuration={"A": {"auto_enable": True}},
            aws_securityhub_organization_configuration={"S": {"auto_enable": True}},
            aws_securityhub_standards_control_association={"N": {"association_status": "ENABLED"}},
        ),
        {
            "short": (put("aws_config/C/retention_period_in_days", 30), "is 30, below 365"),
            "feature": (put("aws_guardduty_member/F/status", "DISABLED"), "status is DISABLED"),
            "new accounts": (put("aws_guardduty_org/O/auto_enable", "NONE"), "auto_enable is NONE"),
            "archive": (put("aws_macie2_findings/M/action", "ARCHIVE"), "action is ARCHIVE"),
            "Macie": (put("aws_macie2_org/A/auto_enable", False), "auto_enable is false"),
            "Security Hub": (put("aws_securityhub_org/S/auto_enable", False), "auto_enable is false"),
            "control": (put("aws_securityhub_sta/N/association_status", "DISABLED"), "is DISABLED"),
        },
    ),
    Case(
        "LK_TRANSFER_2",
        resources(
            aws_transfer_connector={"C": {"sftp_config": [{"trusted_host_keys": ["ssh-rsa AAAA"]}]}},
            aws_datasync_agent={"A": {"vpc_endpoint_id": "vpce-1"}},
        ),
        {
            "no host key": (drop("aws_transfer/C/sftp_config/0/trusted_host_keys"), "trusted_host_keys is not set"),
            "public endpoint": (drop("aws_datasync_agent/A/vpc_endpoint_id"), "vpc_endpoint_id is not set"),
        },
    ),
    Case(
        "LK_MSK_10",
        resources(aws_msk_vpc_connection={"C": {"authentication": "SASL_IAM"}}),
        {"passwords": (put("aws_msk_vpc_connection/C/authentication", "SASL_SCRAM"), "authentication is SASL_SCRAM")},
    ),
    Case(
        "LK_KMS_6",
        resources(
            aws_kms_external_key={"K": {"deletion_window_in_days": 30}},
            aws_kms_replica_external_key={"R": {"description": "d"}},
        ),
        {
            "short": (put("aws_kms_external_key/K/deletion_window_in_days", 7), "is 7, below 30"),
            "lockout": (put("aws_kms_external_key/K/bypass_policy_lockout_safety_check", True), "is true"),
            "replica": (put("aws_kms_replica/R/deletion_window_in_days", 7), "is 7, below 30"),
            "lockout of a replica": (put("aws_kms_replica/R/bypass_policy_lockout_safety_check", True), "is true"),
        },
    ),
    Case(
        "LK_LAMBDA_5",
        resources(aws_lambda_function_recursion_config={"R": {"recursive_loop": "Terminate"}}),
        {"loop": (put("aws_lambda/R/recursive_loop", "Allow"), "recursive_loop is Allow")},
    ),
    Case(
        "LK_RDS_10",
        resources(
            aws_memorydb_multi_region_cluster={"M": {"tls_enabled": True}},
            aws_prometheus_workspace={"P": {"kms_key_arn": _KEY}},
            aws_timestreamquery_scheduled_query={"Q": {"kms_key_id": _KEY}},
            aws_timestreamwrite_table={
                "T": {
                    "magnetic_store_write_properties": [
                        {
                            "magnetic_store_rejected_data_location": [
                                {"s3_configuration": [{"encryption_option": "SSE_KMS"}]}
                            ]
                        }
                    ]
                }
            },
        ),
        {
            "TLS": (put("aws_memorydb/M/tls_enabled", False), "tls_enabled is false"),
            "metrics": (drop("aws_prometheus/P/kms_key_arn"), "has no KMS key"),
            "query": (drop("aws_timestreamquery/Q/kms_key_id"), "has no KMS key"),
            "records": (put(f"aws_timestreamwrite_table/T/{_REJECTED}/encryption_option", "SSE_S3"), "is SSE_S3"),
        },
    ),
    Case(
        "LK_RDS_11",
        resources(
            aws_cloudsearch_domain={"C": {"endpoint_options": [{"enforce_https": True}]}},
            aws_dsql_cluster={"D": {"deletion_protection_enabled": True, "kms_encryption_key": _KEY}},
            aws_finspace_kx_environment={"F": {"kms_key_id": _KEY}},
            aws_kendra_index={"K": {"server_side_encryption_configuration": [{"kms_key_id": _KEY}]}},
            aws_osis_pipeline={
                "O": {
                    "encryption_at_rest_options": [{"kms_key_arn": _KEY}],
                    "vpc_options": [{"subnet_ids": ["subnet-1"]}],
                }
            },
            aws_qldb_ledger={"Q": {"deletion_protection": True, "kms_key": _KEY, "permissions_mode": "STANDARD"}},
            aws_s3vectors_vector_bucket={"V": {"encryption_configuration": [{"kms_key_arn": _KEY}]}},
            aws_storagegateway_nfs_file_share={
                "N": {"client_list": ["10.0.0.0/16"], "kms_encrypted": True, "squash": "RootSquash"}
            },
            aws_storagegateway_smb_file_share={"S": {"authentication": "ActiveDirectory", "kms_encrypted": True}},
            aws_timestreaminfluxdb_db_cluster={"T": {"publicly_accessible": False}},
        ),
        {
            "HTTP": (put("aws_cloudsearch/C/endpoint_options/0/enforce_https", False), "enforce_https is false"),
            "unprotected": (drop("aws_dsql/D/deletion_protection_enabled"), "deletion_protection_enabled is not set"),
            "key of a cluster": (drop("aws_dsql/D/kms_encryption_key"), "has no KMS key"),
            "key of an environment": (drop("aws_finspace/F/kms_key_id"), "has no KMS key"),
            "key of an index": (drop("aws_kendra/K/server_side_encryption_configuration"), "has no KMS key"),
            "key of a pipeline": (drop("aws_osis/O/encryption_at_rest_options"), "has no KMS key"),
            "public pipeline": (drop("aws_osis/O/vpc_options"), "the endpoint is public"),
            "key of a ledger": (drop("aws_qldb/Q/kms_key"), "has no KMS key"),
            "ledger": (put("aws_qldb/Q/deletion_protection", False), "deletion_protection is false"),
            "mode": (put("aws_qldb/Q/permissions_mode", "ALLOW_ALL"), "permissions_mode is ALLOW_ALL"),
            "key of vectors": (drop("aws_s3vectors/V/encryption_configuration"), "has no KMS key"),
            "vectors": (put("aws_s3vectors/V/force_destroy", True), "force_destroy is true"),
            "everyone": (put("aws_storagegateway_nfs/N/client_list", ["0.0.0.0/0"]), "client_list is 0.0.0.0/0"),
            "key of files": (put("aws_storagegateway_nfs/N/kms_encrypted", False), "kms_encrypted is false"),
            "root": (put("aws_storagegateway_nfs/N/squash", "NoSquash"), "squash is NoSquash"),
            "guest": (put("aws_storagegateway_smb/S/authentication", "GuestAccess"), "authentication is GuestAccess"),
            "key of shares": (drop("aws_storagegateway_smb/S/kms_encrypted"), "kms_encrypted is not set"),
            "public": (put("aws_timestreaminfluxdb/T/publicly_accessible", True), "publicly_accessible is true"),
        },
        {"in dev": both(tier("dev"), drop("aws_dsql/D/deletion_protection_enabled"))},
    ),
    Case(
        "LK_RDS_12",
        resources(
            aws_fsx_ontap_volume={"O": {"skip_final_backup": False}},
            aws_fsx_openzfs_volume={"Z": {"nfs_exports": [{"client_configurations": [{"clients": "10.0.0.0/16"}]}]}},
            aws_neptune_global_cluster={"N": {"deletion_protection": True, "storage_encrypted": True}},
            aws_storagegateway_cached_iscsi_volume={"C": {"kms_encrypted": True}},
            aws_storagegateway_stored_iscsi_volume={"S": {"kms_encrypted": True}},
        ),
        {
            "backup": (put("aws_fsx_ontap/O/skip_final_backup", True), "skip_final_backup is true"),
            "clients": (
                put("aws_fsx_openzfs/Z/nfs_exports/0/client_configurations/0/clients", "*"),
                "client_configurations.clients is *",
            ),
            "protection": (drop("aws_neptune/N/deletion_protection"), "deletion_protection is not set"),
            "storage": (drop("aws_neptune/N/storage_encrypted"), "storage_encrypted is not set"),
            "cached": (drop("aws_storagegateway_cached/C/kms_encrypted"), "kms_encrypted is not set"),
            "stored": (drop("aws_storagegateway_stored/S/kms_encrypted"), "kms_encrypted is not set"),
        },
    ),
    Case(
        "LK_ECR_5",
        resources(
            aws_ecr_repository_creation_template={
                "T": {
                    "image_tag_mutability": "IMMUTABLE",
                    "encryption_configuration": [{"encryption_type": "KMS", "kms_key": _KEY}],
                }
            }
        ),
        {
            "mutable": (drop("aws_ecr/T/image_tag_mutability"), "image_tag_mutability is MUTABLE"),
            "AES256": (put("aws_ecr/T/encryption_configuration/0/encryption_type", "AES256"), "is AES256"),
        },
    ),
    Case(
        "LK_SSM_2",
        resources(
            aws_ssm_service_setting={
                "S": {"setting_id": "/ssm/documents/console/public-sharing-permission", "setting_value": "Disable"}
            },
            aws_ssm_resource_data_sync={"D": {"s3_destination": [{"bucket_name": "acme-raw", "kms_key_arn": _KEY}]}},
        ),
        {
            "public": (put("aws_ssm_service_setting/S/setting_value", "Enable"), "public-sharing-permission is Enable"),
            "no key": (drop("aws_ssm_resource/D/s3_destination/0/kms_key_arn"), "s3_destination has no KMS key"),
        },
    ),
    Case(
        "LK_DMS_1",
        resources(aws_dms_replication_task={"T": {"replication_task_settings": _LOGS}}),
        {
            "none": (drop("aws_dms/T/replication_task_settings"), "Logging.EnableLogging is not true"),
            "off": (put("aws_dms/T/replication_task_settings", '{"Logging": {"EnableLogging": false}}'), "is not true"),
            "not JSON": (put("aws_dms/T/replication_task_settings", "{"), "is not valid JSON"),
        },
    ),
]
